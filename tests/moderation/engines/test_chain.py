from __future__ import annotations

import time
from dataclasses import replace
from math import inf, nan
from threading import BoundedSemaphore
from typing import Any

import pytest

from moderation.contract.values import Box, Evidence, Label, LabelPath, RecognisedText, RiskLevel
from moderation.engines import chain
from moderation.engines.chain import Link, detect_with
from moderation.engines.protocol import EngineFailed, Findings
from moderation.engines.result import v4_result
from moderation.messages import LedgerCode, Message
from tests.moderation.engines.asked import Engine, ask, frame

PORN = Label(LabelPath("porn", "nudity"), RiskLevel.REVIEW, probability=0.6)
FOUND = Findings(labels=(PORN,), engine="test", version="1", checked=frozenset({"EROTIC", "FACE"}))


def refuse() -> Findings:
    raise EngineFailed(Message(LedgerCode.ENGINE_ENDED, engine="test"))


def hang() -> Findings:
    time.sleep(3)
    return FOUND


def crash() -> Findings:
    raise ZeroDivisionError


def saying(found: Any) -> Link:
    return Link(Engine(lambda: found))


def lie(**evidence: Any) -> Findings:
    return replace(FOUND, evidence=Evidence(**evidence))


def test_engines_are_asked_at_once_and_joined() -> None:
    stricter = replace(FOUND, labels=(replace(PORN, probability=0.9, risk_level=RiskLevel.REJECT),), engine="other")
    found = detect_with([saying(FOUND), saying(stricter)], [frame()], ask("EROTIC"))
    assert [(one.probability, one.risk_level) for one in found.labels] == [(0.9, RiskLevel.REJECT)]
    assert found.sources == {"porn/nudity": "other/1"}
    assert found.source == "test/1+other/1"
    assert found.checked == {"EROTIC"}


@pytest.mark.parametrize("act", [refuse, crash, hang])
def test_an_engine_that_fails_fails_the_chain(act: Any) -> None:
    started = time.monotonic()
    with pytest.raises(EngineFailed):
        detect_with([saying(FOUND), Link(Engine(act))], [frame()], ask(seconds=0.1))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("act", [refuse, crash, hang])
def test_one_that_may_fail_leaves_the_others_and_a_review(act: Any) -> None:
    clean = replace(FOUND, labels=())
    found = detect_with([saying(clean), Link(Engine(act), may_fail=True)], [frame()], ask(seconds=0.1))
    assert len(found.failed) == 1
    body = v4_result(found, request_id="r")
    assert (body["riskLevel"], len(body["auxInfo"]["failedEngines"])) == ("REVIEW", 1)


def test_when_all_fail_that_may_the_chain_fails() -> None:
    with pytest.raises(EngineFailed):
        detect_with([Link(Engine(refuse), may_fail=True)] * 2, [frame()], ask())


@pytest.mark.parametrize(
    "told",
    [
        replace(FOUND, labels=(replace(PORN, probability=7),)),
        replace(FOUND, labels=(replace(PORN, probability=nan),)),
        replace(FOUND, verdict=replace(PORN, probability=-1)),
        replace(FOUND, labels=(PORN,) * 3_000),
        lie(boxes=(Box("a", "face", location=(0, 0, inf, 9)),)),
        lie(boxes=(Box("a", "face", probability=nan),)),
        lie(boxes=tuple(Box(str(n), "face") for n in range(501))),
        lie(text=RecognisedText("x" * 200_000)),
        None,
        "PASS",
    ],
)
def test_what_no_honest_engine_says_is_refused(told: Any) -> None:
    with pytest.raises(EngineFailed):
        detect_with([saying(told)], [frame()], ask())


def test_what_is_done_meanwhile_is_not_the_engines_time() -> None:
    done: list[str] = []

    def wait() -> Findings:
        while not done:
            time.sleep(0.01)
        return FOUND

    def work() -> None:
        done.append("begun")
        time.sleep(0.3)

    assert detect_with([Link(Engine(wait))], [frame()], ask(), meanwhile=work).took["test"] < 250


def test_only_what_was_asked_for_is_checked() -> None:
    assert detect_with([saying(FOUND)], [frame()], ask("EROTIC", "POLITY")).checked == {"EROTIC"}


def test_engines_that_hang_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_free", BoundedSemaphore(2))
    for _ in range(2):
        with pytest.raises(EngineFailed):
            detect_with([Link(Engine(hang))], [frame()], ask(seconds=0))
    with pytest.raises(EngineFailed) as crowded:
        detect_with([saying(FOUND)], [frame()], ask())
    assert crowded.value.is_busy
