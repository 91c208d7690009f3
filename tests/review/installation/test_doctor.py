"""The checks of the installation on the command line."""

from __future__ import annotations

import json
from io import StringIO

from django.core.management import call_command

from moderation.models import LastTime
from review.installation import health


def doctor(*arguments: str) -> tuple[int, str]:
    told = StringIO()
    try:
        call_command("doctor", *arguments, stdout=told, no_color=True)
    except SystemExit as end:
        return int(end.code or 0), told.getvalue()
    return 0, told.getvalue()


def test_the_doctor_says_the_same_and_its_exit_code_tells(well: None) -> None:
    code, told = doctor()
    assert code == 0
    assert "ok         Migrations: All are applied." in told
    assert "attention  Mail:" in told
    LastTime.objects.filter(name="worker").delete()
    code, told = doctor()
    assert code == 1
    assert "broken     Worker: None was ever seen." in told
    assert "→ Start a worker" in told


def test_the_doctor_speaks_json_and_chinese(well: None) -> None:
    code, told = doctor("--json", "--language", "zh-hans")
    every = json.loads(told)
    assert code == 0
    assert [one["name"] for one in every] == [check.name for check in health.CHECKS]
    assert set(every[0]) == {"name", "title", "state", "found", "to_do"}
    assert "均已执行。" in told
