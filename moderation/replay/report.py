"""The report of a replay, as JSON text: byte for byte the same for the same results, policies and figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from moderation.policy import Policy
from moderation.replay.statement import OUTCOMES
from moderation.replay.tally import Tally

LABELS_AT_MOST = 200
HOURS = range(24)
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Queues:
    """The slugs of existing queues, and the default one for what names none of them. `seconds` are how long a person
    takes for a case, by queue.
    """

    default: str
    slugs: frozenset[str]
    seconds: Mapping[str, float]

    def place(self, queue: str) -> str:
        return queue if queue in self.slugs else self.default


def report(tally: Tally, before: Policy, after: Policy, queues: Queues) -> dict[str, Any]:
    return {
        "results": tally.results,
        "since": tally.since or None,
        "until": tally.until or None,
        "inForce": before.number,
        "flows": [
            {"from": one, "to": other, "count": tally.flows[one, other]}
            for one in OUTCOMES
            for other in OUTCOMES
            if tally.flows[one, other]
        ],
        "labels": _labels(tally),
        "contradicted": _contradicted(tally),
        "load": _load(tally, queues),
        "staff": _staff(tally, queues),
        "rules": [
            {"rule": place, "name": rule.name, "caught": tally.rules[place]}
            for place, rule in enumerate(after.rules, start=1)
        ],
    }


def as_text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _labels(tally: Tally) -> list[dict[str, Any]]:
    """Those that move most, then those that are reviewed or rejected most."""
    names = sorted({label for label, _ in tally.labels})
    told = [one for name in names if any((one := _label(tally, name))[side] for side in _SIDES)]
    told.sort(key=lambda one: (-sum(one["to"].values()), -sum(sum(one[side].values()) for side in _SIDES[:2])))
    return told[:LABELS_AT_MOST]


_SIDES = ("before", "after", "to")


def _label(tally: Tally, label: str) -> dict[str, Any]:
    def counted(side: str, *outcomes: str) -> dict[str, int]:
        return {outcome: tally.labels[label, f"{side} {outcome}"] for outcome in outcomes}

    return {
        "label": label,
        "sections": sorted(section for one, section in tally.sections if one == label),
        "before": counted("before", "REVIEW", "REJECT"),
        "after": counted("after", "REVIEW", "REJECT"),
        "to": counted("to", "PASS", "REVIEW", "REJECT"),
        "contradicted": tally.labels[label, "of contradicted"],
        "decided": tally.labels[label, "of decided"],
    }


def _contradicted(tally: Tally) -> dict[str, Any]:
    return {
        "count": tally.contradicted,
        "decided": tally.decided,
        "cases": [
            {
                "case": one.case,
                "label": one.label,
                "score": one.score,
                "from": one.before,
                "to": one.after,
                "verdict": one.verdict,
            }
            for one in tally.cases
        ],
    }


def cases_of_queues(tally: Tally, queues: Queues) -> dict[str, dict[str, int]]:
    """How many cases each queue gets before and after."""
    found: dict[str, dict[str, int]] = {}
    for (side, queue, _), count in tally.load.items():
        found.setdefault(queues.place(queue), {"before": 0, "after": 0})[side] += count
    return found


def _load(tally: Tally, queues: Queues) -> list[dict[str, Any]]:
    """How many cases each queue gets, and how many a day in each hour (UTC), on average."""
    cases = cases_of_queues(tally, queues)
    days, found = _days(tally), dict[tuple[str, str, int], int]()
    for (side, queue, hour), count in tally.load.items():
        place = side, queues.place(queue), hour
        found[place] = found.get(place, 0) + count
    return [
        {
            "queue": slug,
            "cases": cases[slug],
            "hours": [
                {side: round(found.get((side, slug, hour), 0) / days, 2) for side in ("before", "after")}
                for hour in HOURS
            ],
        }
        for slug in sorted(cases)
    ]


def _days(tally: Tally) -> float:
    if not tally.since:
        return 1.0
    span = datetime.fromisoformat(tally.until) - datetime.fromisoformat(tally.since)
    return max(1.0, span.total_seconds() / _DAY_SECONDS)


def _staff(tally: Tally, queues: Queues) -> dict[str, Any]:
    cases, days = cases_of_queues(tally, queues), _days(tally)

    def minutes(side: str) -> float:
        seconds = sum(one[side] * queues.seconds.get(queue, 0.0) for queue, one in sorted(cases.items()))
        return float(round(seconds / days / 60, 1))

    told = {slug: round(queues.seconds[slug], 1) for slug in sorted(queues.seconds)}
    return {"secondsPerCase": told, "minutesBefore": minutes("before"), "minutesAfter": minutes("after")}
