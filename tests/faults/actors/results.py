"""The machine results that senders send: by their number, so that a run can be repeated."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.factories import bodies

QUEUED, PICTURED, RECORDED, DECIDED = "queued", "pictured", "recorded", "decided by policy"
SORTS = {QUEUED: 34, PICTURED: 2, RECORDED: 54, DECIDED: 10}
"""How many of a hundred. The first two need a person; of those the second have a picture. The third are of an app
without thresholds.
"""
NEED_A_PERSON = (QUEUED, PICTURED)


@dataclass(frozen=True, slots=True)
class Item:
    request_id: str
    sort: str
    body: dict[str, Any]

    def changed(self) -> dict[str, Any]:
        """What the machine says when it looks once more: another score, and the same label."""
        result = dict(self.body["result"])
        result["allLabels"] = [one | {"probability": 0.55} for one in result["allLabels"]]
        return self.body | {"result": result}


def item(name: str, number: int, *, picture_host: str, sorts: dict[str, int]) -> Item:
    """The number-th result of the sender with this name."""
    chance = random.Random(f"{name} {number}")
    (sort,) = chance.choices(list(sorts), weights=list(sorts.values()))
    request_id = f"{name}-{number:07d}"
    told = {"requestId": request_id, **_said(sort)}
    envelope = {"appId": "app" if sort == RECORDED else "web", "result": bodies.result(**told)}
    if sort == PICTURED:
        envelope["request"] = bodies.request(img=f"{picture_host}/{request_id}.jpg", dataId=request_id)
    return Item(request_id, sort, envelope)


def without_people(sorts: dict[str, int]) -> dict[str, int]:
    """Of these what no person has to decide; recorded results where that is nothing."""
    return {sort: count for sort, count in sorts.items() if sort not in NEED_A_PERSON} or {RECORDED: 1}


def _said(sort: str) -> dict[str, Any]:
    if sort == RECORDED:
        return {"riskLevel": "REJECT", "finalResult": 1, "riskLabel1": "ad", "riskLabel2": "contact", "allLabels": []}
    return _scored(0.9 if sort == DECIDED else 0.5)


def _scored(score: float) -> dict[str, Any]:
    """As tests.factories.policy_decisions says it, whose policy the run has in force; senders load no Django."""
    label = {"riskLevel": "REVIEW", "riskLabel1": "Erotic", "riskLabel2": "nudity", "probability": score}
    named = {"riskLabel1": "Erotic", "riskLabel2": "nudity", "riskLabel3": "", "riskDescription": "erotic: nudity"}
    return {**named, "allLabels": [label]}
