"""PostgreSQL understands every named statement of ours, also those that no other test happens to run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.db import connection

from accounts.database.statements import Statement

PACKAGES = ("accounts", "moderation", "review")


def statements() -> Iterator[tuple[str, Statement]]:
    import_module("moderation.urls")  # and with it all that answers a request
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            for attribute, value in vars(module).items():
                if isinstance(value, Statement):
                    yield f"{name}.{attribute}", value


OURS = dict(statements())


def test_they_are_found() -> None:
    assert {"review.workflow.leases._LOCK", "review.views.pictures._READY", "accounts.access_keys._LIVE"} <= set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_postgresql_understands(name: str, db: None) -> None:
    text = OURS[name]._with_lists_of(*[1] * len(OURS[name]._lists))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {text}", dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        assert cursor.fetchall()
