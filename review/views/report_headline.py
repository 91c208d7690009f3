"""The five figures at the head of the reports page, each with what changed since the days before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from review.statistics.reports import wording
from review.statistics.reports.intervals import FEW, Rate
from review.statistics.reports.links import Links
from review.statistics.reports.report import Report
from review.statistics.reports.tally import IDLE_SECONDS


@dataclass(frozen=True, slots=True)
class Change:
    """`arrow` and `text` say how it changed; `look` whether that is "good", "bad" or neither."""

    arrow: str
    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    name: str
    value: str
    change: Change | None
    note: str
    link: str = ""


def headline(report: Report, links: Links) -> list[Figure]:
    return [_decided(report, links), _waited(report), _handled(report), _within_sla(report), _rejected(report, links)]


def _decided(report: Report, links: Links) -> Figure:
    now, before = report.now.sums["cases"], report.before.sums["cases"]
    arrived = gettext("{n} arrived").format(n=wording.count(report.now.sums["arrived"]))
    change = _change(100 * (now - before) / before, unit=" %") if before else None
    note = arrived if report.filters.person is None else ""
    return Figure(
        "decided", gettext("Cases decided"), wording.count(now), change, note, links.of()["cases"] if now else ""
    )


def _waited(report: Report) -> Figure:
    now, before = report.now.waits, report.before.waits
    note = gettext("90 of 100 within {p90}, 99 within {p99}").format(
        p90=wording.duration(now.p90), p99=wording.duration(now.p99)
    )
    change = _changed(now.p50, before.p50, wording.duration, better="less")
    return Figure(
        "waited", gettext("Time to decision, median"), wording.duration(now.p50), change, note if now.n else ""
    )


def _handled(report: Report) -> Figure:
    now, before = report.now.handling, report.before.handling
    note = gettext("90 of 100 within {p90} · idle is cut at {idle} s").format(
        p90=wording.duration(now.p90), idle=IDLE_SECONDS
    )
    change = _changed(now.p50, before.p50, wording.duration)
    return Figure("handled", gettext("Handling time, median"), wording.duration(now.p50), change, note if now.n else "")


def _within_sla(report: Report) -> Figure:
    """The change is that of what was decided: of the days before nobody knows any more what waited then."""
    rate, now, before = report.within_sla, report.now.sums.in_time, report.before.sums.in_time
    late = report.now.sums["decided"] - report.now.sums["in_time"]
    note = gettext("{n} decided late").format(n=wording.count(late))
    if report.overdue is not None:
        waits = sum(report.overdue.values())
        note += " · " + gettext("{n} overdue and still waiting").format(n=wording.count(waits))
    return Figure(
        "within-sla", gettext("Within SLA"), wording.percent(rate.percent), _points(now, before, "more"), note
    )


def _rejected(report: Report, links: Links) -> Figure:
    rate, before = report.now.sums.rejected, report.before.sums.rejected
    note = _sure(rate)
    link = links.of()["rejected"] if rate.count else ""
    return Figure("rejected", gettext("Rejected"), wording.percent(rate.percent), _points(rate, before), note, link)


def _sure(rate: Rate) -> str:
    """How many it is of, and the ends of the interval."""
    if rate.percent is None:
        return ""
    if rate.is_few:
        return gettext("of {n} cases: fewer than {few} say little").format(n=rate.n, few=FEW)
    ends = {"low": wording.tenths(rate.low), "high": wording.tenths(rate.high)}
    return gettext("surely {low} to {high} %, of {n} cases").format(**ends, n=wording.count(rate.n))


def _points(now: Rate, before: Rate, better: str = "") -> Change | None:
    return _changed(now.percent, before.percent, wording.tenths, better=better)


def _changed(
    now: float | None, before: float | None, said: Callable[[float], str], *, better: str = ""
) -> Change | None:
    if now is None or before is None:
        return None
    return _change(now - before, said=said, better=better)


def _change(
    difference: float, *, said: Callable[[float], str] | None = None, unit: str = "", better: str = ""
) -> Change:
    text = said(abs(difference)) if said else wording.tenths(abs(difference))
    if not any(figure in text for figure in "123456789"):
        return Change("", gettext("as before"))
    looks = {"more": ("good", "bad"), "less": ("bad", "good"), "": ("", "")}
    return Change("↑" if difference > 0 else "↓", text + unit, looks[better][difference < 0])
