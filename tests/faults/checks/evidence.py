"""What a run left behind outside of the product: receipts of senders and moderators, what the receiver and a reader of
the feed saw, and what the API says at the end. The checks read nothing else.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.actors.receipts import read_receipts
from tests.faults.actors.receiver import ACCEPTED
from tests.faults.options import Places

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a sentence, the same for all findings of one check; `about` names what it was found in."""

    group: str
    check: str
    about: str


@dataclass(slots=True)
class Decision:
    """What a person asked for, and was answered. An `unsure` refusal of an undo came after a try without an answer."""

    decision_id: str
    request_id: str
    case_id: str
    task_id: int
    token: str
    verdict: str
    asked_at: float
    accepted_at: float | None = None
    is_refused: bool = False
    undo: str = ""  # "", asked, undone, refused, unsure

    @property
    def stands(self) -> bool:
        """Certainly: it was answered with success, and no undo can have taken it back."""
        return self.accepted_at is not None and self.undo in ("", "refused")

    @property
    def is_undone(self) -> bool:
        return self.undo == "undone"


@dataclass(slots=True)
class Evidence:
    sorts: dict[str, str] = field(default_factory=dict)  # by requestId
    changed: set[str] = field(default_factory=set)
    acknowledged: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[str, Decision] = field(default_factory=dict)
    leases: list[Row] = field(default_factory=list)
    deferred: list[Row] = field(default_factory=list)
    reopened: Counter[str] = field(default_factory=Counter)  # by caseId, asked for at least
    answers: list[Row] = field(default_factory=list)  # that were no success
    unanswered: int = 0
    webhooks: list[Row] = field(default_factory=list)
    followed: list[Row] = field(default_factory=list)
    cases: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    unaccounted: float = 0.0

    @property
    def accepted(self) -> list[Row]:
        """Webhooks that the receiver answered with a 2xx, and whose signature was good."""
        return [one for one in self.webhooks if one["verified"] and one["mode"] in ACCEPTED]


def gathered(places: Places) -> Evidence:
    evidence = Evidence()
    _read_senders(evidence, read_receipts(places.receipts("senders")))
    _read_moderators(evidence, read_receipts(places.receipts("moderators")))
    evidence.webhooks = list(read_receipts(places.receipts("receiver")))
    _read_feed(evidence, read_receipts(places.receipts("feed")))
    evidence.cases = _lines(places.folder / "cases.jsonl")
    evidence.deliveries = _lines(places.folder / "deliveries.jsonl")
    evidence.events = _lines(places.folder / "events.jsonl")
    evidence.unaccounted = json.loads((places.folder / "unaccounted.json").read_text())
    return evidence


def _read_senders(evidence: Evidence, receipts: Iterable[Row]) -> None:
    for one in receipts:
        match one["kind"]:
            case "sent":
                evidence.sorts[one["requestId"]] = one["sort"]
            case "changed":
                evidence.changed.add(one["requestId"])
            case "acknowledged":
                evidence.acknowledged[one["requestId"]].append(one)
            case "answer":
                evidence.answers.append(one)
            case "no answer":
                evidence.unanswered += 1


def _read_moderators(evidence: Evidence, receipts: Iterable[Row]) -> None:
    for one in receipts:
        match one["kind"]:
            case "leased":
                evidence.leases.append(one)
            case "defer":
                evidence.deferred.append(one)
            case "reopen":
                evidence.reopened[one["caseId"]] += 1
            case "answer":
                evidence.answers.append(one)
            case "no answer":
                evidence.unanswered += 1
            case _:
                _read_decision(evidence, one)


def _read_decision(evidence: Evidence, one: Row) -> None:
    if one["kind"] == "decide":
        names = ("decisionId", "requestId", "caseId", "taskId", "token", "verdict", "at")
        evidence.decisions[one["decisionId"]] = Decision(*(one[name] for name in names))
    elif "decisionId" in one:
        decision = evidence.decisions[one["decisionId"]]
        match one["kind"]:
            case "decided":
                decision.accepted_at = one["at"]
            case "refused":
                decision.is_refused = True
            case "undo":
                decision.undo = "asked"
            case "undone":
                decision.undo = "undone"
            case "undo refused":
                decision.undo = "unsure" if one["unsure"] else "refused"


def _read_feed(evidence: Evidence, receipts: Iterable[Row]) -> None:
    for one in receipts:
        if one["kind"] == "event":
            evidence.followed.append(one)
        else:
            evidence.answers.append(one)


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()]
