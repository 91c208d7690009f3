"""`python -m benchmarks`, which is `make bench`: measures, and says at the end what was reached beside its limit, as
words, as JSON and as drawings in a folder. Ends with 1 when a row missed its limit or a part failed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.parts import NoSuchPart, Part, chosen
from benchmarks.table import drawing, words
from benchmarks.table.rows import FILE, LIMIT_MISSED, Found, read

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
NOTHING_RAN = 5  # pytest's, when all tests were skipped or none chosen
LOOK_SECONDS = 2.0
BUSY_PERCENT = 25.0
"""Processor time of others, before a part begins, above which its figures are called disturbed: of all cores."""


@dataclass(slots=True)
class Ended:
    """How a part went. `busy_percent` is what the cores were doing before it began."""

    part: str
    seconds: float
    exit_code: int
    busy_percent: float


@dataclass(slots=True)
class Runs:
    ended: list[Ended] = field(default_factory=list)

    @property
    def failed(self) -> list[str]:
        """Parts in which something else went wrong than a limit that was missed."""
        return [one.part for one in self.ended if one.exit_code not in (0, LIMIT_MISSED, NOTHING_RAN)]

    @property
    def disturbed(self) -> list[str]:
        return [one.part for one in self.ended if one.busy_percent > BUSY_PERCENT]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _arguments(arguments)
    try:
        parts = chosen(options.only)
    except NoSuchPart as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    options.results.mkdir(parents=True, exist_ok=True)
    kept = options.results.resolve() / "rows.jsonl"
    kept.write_text("")
    runs = run(parts, kept)
    found = read(kept.read_text().splitlines(), failed=runs.failed, ran=[one.part for one in runs.ended])
    write(found, runs, options.results)
    tell(found, runs, options.results)
    return exit_code(found, runs)


def run(parts: Sequence[Part], kept: Path) -> Runs:
    runs = Runs()
    print(f"{sum(part.minutes for part in parts):.0f} minutes on two quiet cores: {', '.join(p.name for p in parts)}")
    for part in parts:
        busy = psutil.cpu_percent(LOOK_SECONDS)
        print(f"\n=== {part.name}: {part.minutes:g} min; the cores are {busy:.0f} % busy with other things", flush=True)
        started = time.monotonic()
        code = _pytest(part, kept)
        runs.ended.append(Ended(part.name, time.monotonic() - started, code, busy))
    return runs


def _pytest(part: Part, kept: Path) -> int:
    limit = ["--timeout", str(round(part.most_minutes * 60))]
    argv = [sys.executable, "-m", "pytest", "-s", "-q", "-p", "no:cacheprovider", *limit, *part.files]
    return subprocess.run(argv, cwd=ROOT, env={**os.environ, FILE: str(kept)}, check=False).returncode


def write(found: Found, runs: Runs, folder: Path) -> None:
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "parts": [
            {"part": one.part, "seconds": round(one.seconds, 1), "busyPercent": one.busy_percent, "exit": one.exit_code}
            for one in runs.ended
        ],
        "disturbed": runs.disturbed,
    }
    title = f"Second Look beside its limits, {datetime.now(UTC):%Y-%m-%d}, {machine()['cores']} cores"
    (folder / "table.json").write_text(json.dumps(words.as_json(found, about), indent=2, ensure_ascii=False) + "\n")
    (folder / "table.svg").write_text(drawing.table(found, title))
    if found.points:
        (folder / "curves.svg").write_text(drawing.curves(found.points, "What more waiting tasks cost"))


def tell(found: Found, runs: Runs, folder: Path) -> None:
    print("\n" + "\n".join(words.lines(found)))
    took = ", ".join(f"{one.part} {one.seconds / 60:.1f}" for one in runs.ended)
    print(f"\nminutes: {took}")
    if runs.disturbed:
        print(f"disturbed by other programs when they began: {', '.join(runs.disturbed)}")
    if runs.failed:
        print(f"failed: {', '.join(runs.failed)}")
    print(f"as JSON and drawings: {folder}")


def exit_code(found: Found, runs: Runs) -> int:
    return 1 if found.missed or runs.failed else 0


def machine() -> dict[str, object]:
    memory = round(psutil.virtual_memory().total / 2**30)
    return {
        **{"cores": os.cpu_count(), "memoryGiB": memory, "python": platform.python_version()},
        **{"system": platform.system(), "architecture": platform.machine(), "processor": _processor()},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.processor()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help="parts to run, with commas; all of the table otherwise")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder for table.json and the drawings")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
