"""The five figures at the head of a replay's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from review.policy_editor.handling import DAYS
from review.statistics.replays.flows import Flows
from review.statistics.reports import wording
from review.statistics.reports.intervals import Rate


@dataclass(frozen=True, slots=True)
class Figure:
    """`before` is None where there is one value alone; `leads` names where the value leads."""

    name: str
    after: str
    note: str
    before: str | None = None
    mark: str = ""
    leads: str = ""


def figures(report: Mapping[str, Any]) -> list[Figure]:
    flows = Flows.of(report)
    return [
        _moved(flows),
        _outcome(
            flows, "REVIEW", "◐", gettext("{share} fewer cases for people"), gettext("{share} more cases for people")
        ),
        _outcome(flows, "REJECT", "●", gettext("{share} fewer"), gettext("{share} more")),
        _staff(report["staff"]),
        _contradicted(rate_of(report["contradicted"])),
    ]


def rate_of(told: Mapping[str, Any]) -> Rate:
    """How many of the moves that people had decided they contradict."""
    return Rate(told.get("count", told.get("contradicted", 0)), told["decided"])


def interval(rate: Rate) -> str:
    if not rate.n:
        return gettext("nobody has decided any of what moves")
    if rate.is_few:
        return gettext("n under 20: too few to tell a rate")
    share, low, high = (wording.tenths(value) for value in (rate.percent or 0.0, rate.low, rate.high))
    return gettext("{share} % ({low}–{high}) of what people decided").format(share=share, low=low, high=high)


def _moved(flows: Flows) -> Figure:
    share = 100 * flows.moved / flows.total if flows.total else 0.0
    note = gettext("{share} of all results").format(share=_percent(share))
    return Figure(gettext("Go another way"), wording.count(flows.moved), note)


def _outcome(flows: Flows, outcome: str, mark: str, fewer: str, more: str) -> Figure:
    before, after = flows.before(outcome), flows.after(outcome)
    return Figure(outcome, wording.count(after), _note(before, after, fewer, more), wording.count(before), mark)


def _note(before: int, after: int, fewer: str, more: str) -> str:
    if before == after:
        return gettext("as many as before")
    if not before:
        return gettext("none before")
    share = 100 * abs(after - before) / before
    return (more if after > before else fewer).format(share=_percent(share))


def _percent(share: float) -> str:
    """Tenths below ten."""
    if 0 < share < 0.1:
        return gettext("under 0.1 %")
    shown = number_format(round(share, 1), 1) if 0 < share < 10 else number_format(round(share))
    return f"{shown} %"


def _staff(staff: Mapping[str, Any]) -> Figure:
    known = sorted({seconds for seconds in staff["secondsPerCase"].values() if seconds})
    name = gettext("Staff minutes a day")
    if not known:
        return Figure(name, wording.NONE, gettext("no decision was timed in the last {days} days").format(days=DAYS))
    least, most = wording.tenths(known[0]), wording.tenths(known[-1])
    seconds = least if least == most else f"{least}–{most}"
    note = gettext("{seconds} s a case, median of {days} days").format(seconds=seconds, days=DAYS)
    before, after = (_minutes(staff[side]) for side in ("minutesBefore", "minutesAfter"))
    return Figure(name, after, note, before)


def _minutes(value: float) -> str:
    return wording.tenths(value) if value < 10 else wording.count(round(value))


def _contradicted(rate: Rate) -> Figure:
    name = gettext("Contradicted by people")
    if not rate.n:
        return Figure(name, wording.NONE, interval(rate))
    return Figure(name, of(rate), interval(rate), leads="contradicted" if rate.count else "")


def of(rate: Rate) -> str:
    return gettext("{count} of {n}").format(count=wording.count(rate.count), n=wording.count(rate.n))
