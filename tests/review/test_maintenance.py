"""A round of maintenance: every step has its turn, whatever becomes of the others."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import OperationalError, connection

from review import maintenance

pytestmark = pytest.mark.django_db


def test_a_round_says_how_much_each_step_has_done() -> None:
    done = maintenance.maintain()
    assert list(done) == list(maintenance._steps(maintenance.FRESH))
    assert all(isinstance(count, int) for count in done.values())


def test_a_step_that_fails_keeps_no_other_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken: list[str] = []

    def fail() -> int:
        raise ZeroDivisionError

    steps: Any = {"first": fail, "second": lambda: taken.append("second"), "third": lambda: taken.append("third")}
    monkeypatch.setattr(maintenance, "_steps", lambda fresh: steps)
    with caplog.at_level(logging.ERROR), pytest.raises(ZeroDivisionError):
        maintenance.maintain()
    assert taken == ["second", "third"]
    assert "the step “first” failed" in caplog.text


def test_without_a_database_the_steps_do_not_wait_for_it_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def fail() -> int:
        raise OperationalError

    monkeypatch.setattr(maintenance, "_steps", lambda fresh: {"first": fail, "second": lambda: taken.append("second")})
    with connection.execute_wrapper(lambda *_: fail()), pytest.raises(OperationalError):
        maintenance.maintain()
    assert taken == []
