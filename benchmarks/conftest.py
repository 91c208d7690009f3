"""Use the fixtures of the tests, so that the benchmarks measure what the tests test."""

from tests.browser.conftest import browser_context_args, browser_type_launch_args, desk, web
from tests.conftest import (
    files_of_its_own,
    nothing_remembered,
    quick_passwords,
    tables_are_emptied_quickly,
)
from tests.moderation.media.conftest import cost

__all__ = [
    "browser_context_args",
    "browser_type_launch_args",
    "cost",
    "desk",
    "files_of_its_own",
    "nothing_remembered",
    "quick_passwords",
    "tables_are_emptied_quickly",
    "web",
]
