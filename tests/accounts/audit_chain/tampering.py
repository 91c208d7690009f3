"""Change rows as a superuser does who knows how to get past triggers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditLink

NUMBER = 4  # of the link that is tampered with
EVENTS = "UPDATE accounts_auditevent SET {} WHERE id = %s"
STATE = "UPDATE accounts_auditchain SET number = 0, hash = ''"
ANCHORS = "DELETE FROM accounts_auditanchor"


def as_superuser(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(statement, values)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def event() -> int:
    return AuditLink.objects.get(number=NUMBER).event_id


def cut(number: int, *, also: tuple[str, ...] = ()) -> None:
    """Cut off the chain and its events behind a number, and whatever else tells of them."""
    as_superuser(
        "DELETE FROM accounts_auditevent WHERE id IN (SELECT event_id FROM accounts_auditlink WHERE number > %s)",
        number,
    )
    as_superuser("DELETE FROM accounts_auditlink WHERE number > %s", number)
    for statement in also:
        as_superuser(statement)


def call_command_that_fails(*command: str) -> None:
    with pytest.raises(CommandError):
        call_command(*command, stdout=io.StringIO())
