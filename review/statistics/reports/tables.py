"""The tables behind the charts: what the page draws and the CSV contains are these same values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import App
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy.taxonomy import Taxonomy
from review.presentation.label_names import last_level_name
from review.statistics.reports import wording
from review.statistics.reports.grouped_rows import Sums
from review.statistics.reports.intervals import Rate
from review.statistics.reports.links import Links
from review.statistics.reports.report import Part, Report
from review.statistics.reports.tally import BAND


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is the plain one, for CSV; `shown` what the page writes; `link` leads to the cases it counts."""

    value: str | int | float | None
    shown: str
    link: str = ""

    @property
    def html(self) -> SafeString:
        """Made here: a page has a thousand cells, and a template takes four times as long for each."""
        return format_html('<a href="{}">{}</a>', self.link, self.shown) if self.link else escape(self.shown)


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def text(value: str) -> Cell:
    return Cell(value, value)


def count(value: int, link: str = "") -> Cell:
    return Cell(value, wording.count(value), link if value else "")


def seconds(value: float | None) -> Cell:
    return Cell(None if value is None else round(value, 1), wording.duration(value))


def percent(rate: Rate) -> list[Cell]:
    """The rate, what it is of, and between which rates the true one lies."""
    value = rate.percent
    shown = Cell(None if value is None else round(value, 1), wording.percent(value))
    if value is None:
        return [shown, count(0), Cell(None, wording.NONE), Cell(None, wording.NONE)]
    ends = [Cell(round(end, 1), wording.percent(end)) for end in (rate.low, rate.high)]
    return [shown, count(rate.n), *ends]


def tables(report: Report, links: Links) -> list[Table]:
    found = [figures(report), moments(report, links), queues(report, links)]
    if report.filters.person is None:
        found += [by_label(report, links), by_app(report, links), judged(report)]
    return found


def figures(report: Report) -> Table:
    values: list[tuple[str, Callable[[Part], Cell]]] = [
        (gettext("Cases arrived"), lambda part: count(part.sums["arrived"])),
        (gettext("Cases decided"), lambda part: count(part.sums["cases"])),
        (gettext("Decisions"), lambda part: count(part.sums["decided"])),
        (gettext("Time to decision, p50, seconds"), lambda part: seconds(part.waits.p50)),
        (gettext("Time to decision, p90, seconds"), lambda part: seconds(part.waits.p90)),
        (gettext("Time to decision, p99, seconds"), lambda part: seconds(part.waits.p99)),
        (gettext("Handling time, p50, seconds"), lambda part: seconds(part.handling.p50)),
        (gettext("Handling time, p90, seconds"), lambda part: seconds(part.handling.p90)),
    ]
    rows = [[text(name), value(report.now), value(report.before)] for name, value in values]
    return Table(
        "figures",
        gettext("Figures"),
        [gettext("Figure"), gettext("Value"), gettext("The days before")],
        [*rows, *_rates(report)],
    )


def _rates(report: Report) -> list[list[Cell]]:
    now, before = report.now.sums, report.before.sums
    rates = (
        (gettext("Within SLA, overdue cases that wait included, %"), report.within_sla, before.in_time),
        (gettext("Rejected, %"), now.rejected, before.rejected),
        (gettext("Undone (%), of acts"), now.undone, before.undone),
        (gettext("Reopened (%), of decisions"), now.reopened, before.reopened),
        (gettext("Skipped (%), of cases looked at"), now.skipped, before.skipped),
    )
    return [[text(name), percent(rate)[0], percent(then)[0]] for name, rate, then in rates]


_COUNTED = ("arrived", "cases", "passed", "rejected", "decided", "escalated", "skipped", "reopened")


def _headings() -> list[str]:
    return [
        *(gettext("Cases arrived"), gettext("Cases decided"), gettext("Passed"), gettext("Rejected")),
        *(gettext("Decisions"), gettext("Escalated"), gettext("Skipped"), gettext("Reopened")),
        *(gettext("Acts"), gettext("Undone acts"), gettext("p50, s"), gettext("p90, s"), gettext("p99, s")),
        *(gettext("Handling p50, s"), gettext("Within SLA, %"), "n", gettext("at least"), gettext("at most")),
    ]


def _figures(part: Part, found: Mapping[str, str]) -> list[Cell]:
    sums = part.sums
    return [
        *(count(sums[name], found.get(name, "")) for name in _COUNTED),
        *(count(sums["acts"]), count(sums["undone_acts"])),
        *(seconds(value) for value in (part.waits.p50, part.waits.p90, part.waits.p99, part.handling.p50)),
        *percent(sums.in_time),
    ]


def moments(report: Report, links: Links) -> Table:
    by_day = report.filters.span.unit == "day"
    name = gettext("Day") if by_day else gettext("Hour")
    rows = [
        [text(moment_name(report, at)), *_figures(part, links.of(day=at) if by_day else {})]
        for at, part in report.moments.items()
    ]
    title = gettext("By day") if by_day else gettext("By hour")
    return Table("moments", title, [name, *_headings()], rows)


def moment_name(report: Report, at: datetime) -> str:
    return f"{timezone.localtime(at):{'%Y-%m-%d' if report.filters.span.unit == 'day' else '%H:%M'}}"


def queues(report: Report, links: Links) -> Table:
    known, overdue = report.overdue, {}
    if known is not None:
        overdue = {pk: [count(number, links.overdue(pk))] for pk, number in known.items()}
    rows = [
        [text(str(one)), *_figures(report.by_queue[one.pk], links.of(queue=one)), *overdue.get(one.pk, [])]
        for one in report.queues
    ]
    more = [] if known is None else [gettext("Overdue now")]
    return Table("queues", gettext("By queue"), [gettext("Queue"), *_headings(), *more], rows)


def by_label(report: Report, links: Links) -> Table:
    taxonomy = labels.in_force()
    rows = [
        [text(label_name(label, taxonomy)), *_verdicts(sums, links.of(label=label) if label else {})]
        for label, sums in sorted(report.by_label.items(), key=lambda one: (-one[1]["cases"], one[0]))
    ]
    return Table("labels", gettext("By label"), [gettext("Label"), *_verdict_headings()], rows)


def by_app(report: Report, links: Links) -> Table:
    apps = {app.pk: app for app in App.objects.filter(pk__in=report.by_app)}
    rows = [
        [text(str(apps[pk])), *_verdicts(sums, links.of(app=apps[pk]))]
        for pk, sums in sorted(report.by_app.items(), key=lambda one: -one[1]["cases"])
        if pk in apps
    ]
    return Table("apps", gettext("By app"), [gettext("App"), *_verdict_headings()], rows)


def _verdict_headings() -> list[str]:
    return [
        *(gettext("Cases arrived"), gettext("Cases decided"), gettext("Passed"), gettext("Rejected")),
        *(gettext("Rejected, %"), "n", gettext("at least"), gettext("at most")),
    ]


def _verdicts(sums: Sums, found: Mapping[str, str]) -> list[Cell]:
    return [
        *(count(sums[name], found.get(name, "")) for name in ("arrived", "cases", "passed", "rejected")),
        *percent(sums.rejected),
    ]


def judged(report: Report) -> Table:
    """One row for each label and band in which people judged anything."""
    taxonomy = labels.in_force()
    rows = [
        [
            text(label_name(one.label, taxonomy)),
            count(band * BAND),
            count(top_of(band)),
            count(rate.count),
            *percent(rate),
        ]
        for one in report.judged
        for band, rate in enumerate(one.bands)
        if rate.n
    ]
    columns = [gettext("Label"), gettext("Score from"), gettext("Score to"), gettext("Upheld")]
    ends = [gettext("Upheld, %"), "n", gettext("at least"), gettext("at most")]
    return Table("judged", gettext("People and the machine"), [*columns, *ends], rows)


def top_of(band: int) -> int:
    """The highest score of the band: 99, and 1000 of the last."""
    return 1000 if band == 9 else band * BAND + BAND - 1


def label_name(label: str, taxonomy: Taxonomy) -> str:
    return last_level_name(LabelPath(label), taxonomy) if label else gettext("no label")
