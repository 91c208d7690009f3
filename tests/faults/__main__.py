"""`python -m tests.faults --seed N --minutes M`: run the product under faults, and say what was lost.

docs/testing.md explains it. Its exit code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from demo.processes import NotReady
from tests.faults import checks, installation, planted_runs, report
from tests.faults.actors.http import NoAnswer
from tests.faults.checks.evidence import gathered
from tests.faults.options import Options
from tests.faults.run import Interrupted, perform

ITEMS_PER_MINUTE = 1300


def main() -> int:
    asked = _arguments()
    if not asked.plain and asked.planted is None:
        installation.enter_mount_namespace()
    folder = Path(tempfile.mkdtemp(prefix="second-look-faults-"))
    folder.chmod(0o755)
    try:
        return _one_run(folder, asked) if asked.planted is None else _planted(folder, asked)
    except Interrupted:
        _say("interrupted")
        return 1
    except (NotReady, NoAnswer) as problem:
        _say(f"The product did not come back: {problem}")
        return 1
    finally:
        if asked.keep:
            _say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _one_run(folder: Path, asked: argparse.Namespace) -> int:
    options = Options(
        seed=asked.seed,
        minutes=asked.minutes,
        items=asked.items or round(ITEMS_PER_MINUTE * asked.minutes),
        faults=asked.faults,
        only=tuple(asked.only or ()),
        plain=asked.plain,
    )
    _say("preparing a database with people, queues and an endpoint")
    installation.prepare(folder / "prepared")
    outcome = perform(folder / "prepared", folder / "run", options, say=_say)
    evidence = gathered(outcome.run.places)
    found = checks.findings(evidence)
    _write(report.markdown(outcome, evidence, found), asked.report)
    return 0 if report.is_good(outcome, evidence, found) else 1


def _planted(folder: Path, asked: argparse.Namespace) -> int:
    caught = planted_runs.run_planted(folder, only=asked.planted, say=_say)
    _write(_before_planted(asked.report) + planted_runs.markdown(caught), asked.report)
    return 0 if all(one.by for one in caught) else 1


def _before_planted(report: Path | None) -> str:
    """The report of a run that is there already: its section on planted bugs comes last."""
    if report is None or not report.exists():
        return ""
    return report.read_text().partition(planted_runs.HEADING)[0].rstrip() + "\n\n"


def _write(text: str, to: Path | None) -> None:
    if to:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text)
    _say(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long faults happen")
    parser.add_argument("--faults", type=int, default=0, help="how many; default: one each 2.2 seconds")
    parser.add_argument("--items", type=int, default=0, help="results to send; default: 1,300 a minute")
    parser.add_argument("--only", action="append", metavar="KIND", help="no other kind of fault; may be repeated")
    parser.add_argument("--report", type=Path, help="a file for the report, in Markdown")
    parser.add_argument("--plain", action="store_true", help="no fault that needs root, tmpfs or libfaketime")
    parser.add_argument("--planted", nargs="*", metavar="BUG", help="plant bugs, these or all, and see them caught")
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs, receipts and databases")
    return parser.parse_args()


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
