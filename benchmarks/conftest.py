"""Use the fixtures of the tests, so that the benchmarks measure what the tests test."""

from benchmarks.filled.kept import django_db_createdb, django_db_keepdb, nothing_kept_is_emptied
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
    "django_db_createdb",
    "django_db_keepdb",
    "files_of_its_own",
    "nothing_kept_is_emptied",
    "nothing_remembered",
    "quick_passwords",
    "tables_are_emptied_quickly",
    "web",
]
