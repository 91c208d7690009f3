"""Plant one bug after the other, run each under the faults that are aimed at it, and see which checks catch it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tests.faults import checks, installation
from tests.faults.checks.evidence import Finding, gathered
from tests.faults.planted.bugs import BUGS, Bug
from tests.faults.run import Say, perform

HEADING = "## Planted bugs"


@dataclass(frozen=True, slots=True)
class Caught:
    """`found` counts the findings of each check."""

    bug: Bug
    found: dict[str, int]

    @property
    def by(self) -> list[str]:
        """The checks that have to catch it, and did."""
        return [check for check in self.bug.caught_by if self.found.get(check)]


def run_planted(folder: Path, *, only: Collection[str] = (), say: Say) -> list[Caught]:
    """Folders of bugs that were caught are removed. Raises NotReady and Interrupted."""
    say("preparing a database with people, queues and an endpoint")
    installation.prepare(folder / "prepared")
    caught = []
    for bug in BUGS:
        if only and bug.name not in only:
            continue
        found = Counter(finding.check for finding in _findings(folder, bug))
        caught.append(Caught(bug, dict(found)))
        told = "; ".join(f"{check} ({count})" for check, count in found.items()) or "nothing"
        say(f"{bug.name}: {'caught' if caught[-1].by else 'NOT CAUGHT'}: {told}")
    return caught


def _findings(folder: Path, bug: Bug) -> list[Finding]:
    outcome = perform(folder / "prepared", folder / bug.name, bug.options, say=lambda words: None)
    found = checks.findings(gathered(outcome.run.places))
    if found:
        shutil.rmtree(folder / bug.name, ignore_errors=True)
    return found


def markdown(caught: Collection[Caught]) -> str:
    lines = [HEADING, "", "| planted | caught by | also found |", "|---|---|---|"]
    for one in caught:
        by = "; ".join(f"{check} ({one.found[check]})" for check in one.by) or "**not caught**"
        also = "; ".join(f"{check} ({count})" for check, count in one.found.items() if check not in one.by)
        lines.append(f"| {one.bug.name.replace('_', ' ')} | {by} | {also} |")
    good = sum(bool(one.by) for one in caught)
    return "\n".join([*lines, "", f"{good} of {len(caught)} caught."]) + "\n"
