"""Where things are used up and nothing is killed, a run has to go on by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.checks.evidence import Evidence
from tests.faults.options import Options, Places, Run
from tests.faults.report import BACK_SECONDS, not_by_itself
from tests.faults.run import Done, Outcome

FULL, KILLED = "disk of the database full", "web killed"


def outcome(*kinds: str, done: list[Done], ended: list[str]) -> Outcome:
    return Outcome(Run(Options(only=kinds), Places(Path(), {}), {}), done=done, ended=ended)


def written_at(*times: float) -> Evidence:
    evidence = Evidence()
    evidence.acknowledged["a"] = [{"at": at} for at in times]
    return evidence


DONE, MISSED = Done(FULL, 10.0, 14.0), Done(FULL, 20.0, 20.0, "it could not be made smaller")


@pytest.mark.parametrize(
    ("kinds", "done", "ended", "writes", "number"),
    [
        ((FULL,), [DONE], [], [9.0, 15.0], 0),
        ((FULL,), [DONE], [], [9.0, 14.0 + BACK_SECONDS + 1], 1),
        ((FULL,), [DONE], [], [9.0], 1),
        ((FULL,), [DONE], ["web ended with exit code 1"], [15.0], 1),
        ((FULL,), [MISSED], [], [15.0], 1),
        ((FULL, KILLED), [DONE], ["web was ended by SIGKILL"], [9.0], 0),
        ((), [DONE], ["web was ended by SIGKILL"], [9.0], 0),
    ],
    ids=["well", "late", "never", "ended", "nothing done", "with kills", "all kinds"],
)
def test_what_did_not_go_on_by_itself_is_told(
    kinds: tuple[str, ...], done: list[Done], ended: list[str], writes: list[float], number: int
) -> None:
    assert len(not_by_itself(outcome(*kinds, done=done, ended=ended), written_at(*writes))) == number
