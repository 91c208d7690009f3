"""What a run under load has shown: throughput, waiting times, backlog, memory, and what gave way first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, quantiles

from benchmarks.load.calls import Call
from benchmarks.load.options import BATCH, Load
from benchmarks.load.samples import Sample
from benchmarks.table.rows import rounded
from benchmarks.table.words import aligned

WINDOWS = 10
LIMITS = {
    "decide p95, ms": 250.0,
    "batch p95, ms": 1000.0,
    "lateness of a burst, s": 1.0,
    "oldest due delivery, s": 5.0,
    "answers that are no success": 0.0,
}
"""What gave way is what passed its limit first, of a tenth of the run."""


@dataclass(frozen=True, slots=True)
class Run:
    """All that was written down. `late` are moments and seconds of bursts that began late; `delays` are seconds from
    the release of a result to the first attempt, at the 50th, 95th and 99th percentile of `attempts`.
    """

    load: Load
    calls: Sequence[Call]
    late: Sequence[tuple[float, float]]
    samples: Sequence[Sample]
    delays: Sequence[float]
    attempts: int
    beside: str

    @property
    def begun(self) -> float:
        return min(one.at - one.milliseconds / 1000 for one in self.calls)

    @property
    def seconds(self) -> float:
        return max(one.at for one in self.calls) - self.begun


def lines(run: Run) -> Iterator[str]:
    load = run.load
    yield (
        f"{load.minutes:g} minutes, {load.moderators} moderators, {load.results} results/s in bursts each"
        f" {load.burst_seconds:g} s, {load.endpoints} endpoints; beside it: {run.beside}"
    )
    yield from throughput(run)
    yield ""
    yield from aligned(waits(run))
    yield ""
    yield from aligned(windows(run))
    yield ""
    yield from aligned(processes(run.samples))
    yield ""
    yield gave_way(run)


def throughput(run: Run) -> Iterator[str]:
    good = [one for one in run.calls if one.is_good]
    results = BATCH * sum(one.what == "batch" for one in good)
    decided = sum(one.what == "decide" for one in good)
    bad = Counter(one.status or "none" for one in run.calls if not one.is_good)
    told = ", ".join(f"{status} {count} times" for status, count in bad.items())
    yield f"results taken: {results:,}, {results / run.seconds:.0f}/s"
    yield f"cases decided: {decided:,}, {decided / run.seconds:.1f}/s"
    yield f"first attempts of deliveries: {run.attempts:,}, {run.attempts / run.seconds:.0f}/s"
    yield f"answers that are no success: {bad.total()}{f' ({told})' if told else ''}"


def waits(run: Run) -> list[list[str]]:
    rows = [["milliseconds", "p50", "p95", "p99", "most", "calls"]]
    for what in ("lease", "decide", "batch"):
        spent = [one.milliseconds for one in run.calls if one.what == what]
        if len(spent) > 1:
            rows.append(
                [what, *(rounded(spent_at) for spent_at in (*percentiles(spent), max(spent))), f"{len(spent):,}"]
            )
    released = ["release to first attempt", *(rounded(1000 * one) for one in run.delays), "", f"{run.attempts:,}"]
    return [*rows, released]


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th, of two or more."""
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


@dataclass(frozen=True, slots=True)
class Window:
    """A tenth of the run. `found` is by the names of LIMITS."""

    minute: float
    found: dict[str, float]
    waiting: int
    due: int
    megabytes: float


def windows_of(run: Run) -> Iterator[Window]:
    length = run.seconds / WINDOWS
    for number in range(WINDOWS):
        since, until = run.begun + number * length, run.begun + (number + 1) * length
        calls = [one for one in run.calls if since <= one.at < until]
        samples = [one for one in run.samples if since <= one.at < until]
        found = {
            "decide p95, ms": p95(one.milliseconds for one in calls if one.what == "decide"),
            "batch p95, ms": p95(one.milliseconds for one in calls if one.what == "batch"),
            "lateness of a burst, s": max((late for at, late in run.late if since <= at < until), default=0.0),
            "oldest due delivery, s": max((one.oldest_due_seconds for one in samples), default=0.0),
            "answers that are no success": float(sum(not one.is_good for one in calls)),
        }
        last = samples[-1] if samples else None
        yield Window(
            (number + 1) * length / 60,
            found,
            last.waiting if last else 0,
            last.due if last else 0,
            sum(last.megabytes.values()) if last else 0.0,
        )


def p95(values: Iterable[float]) -> float:
    kept = list(values)
    return percentiles(kept)[1] if len(kept) > 1 else sum(kept)


def windows(run: Run) -> list[list[str]]:
    rows = [["to minute", *LIMITS, "waiting", "due", "MB"]]
    for one in windows_of(run):
        found = (rounded(one.found[name]) for name in LIMITS)
        rows.append([f"{one.minute:.1f}", *found, f"{one.waiting:,}", f"{one.due:,}", f"{one.megabytes:.0f}"])
    return rows


def processes(samples: Sequence[Sample]) -> list[list[str]]:
    """How much of a processor each used, and its memory at the beginning and at the end."""
    rows = [["process", "processors", "MB first", "MB last"]]
    for name in samples[0].processors:
        used = mean(one.processors[name] for one in samples)
        rows.append([name, f"{used:.2f}", f"{samples[0].megabytes[name]:.0f}", f"{samples[-1].megabytes[name]:.0f}"])
    return rows


def gave_way(run: Run) -> str:
    """The first limit that was passed, and by how much; of several in the same tenth the one passed by most."""
    for window in windows_of(run):
        passed = {name: found / (LIMITS[name] or 1) for name, found in window.found.items() if found > LIMITS[name]}
        if passed:
            worst = max(passed, key=lambda name: passed[name])
            also = ", ".join(name for name in passed if name != worst)
            told = f"first to give way, by minute {window.minute:.1f}: {worst}: {rounded(window.found[worst])}"
            return f"{told}, limit {LIMITS[worst]:g}" + (f" (and {also})" if also else "")
    return "nothing gave way"
