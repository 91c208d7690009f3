"""`python -m benchmarks.load.moderators FOLDER`: each person leases a case, looks at it, and decides; the answer brings
the next one, as on the stage.
"""

from __future__ import annotations

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.load.calls import Caller
from benchmarks.load.options import Load, read

MORE = {"queues": [], "count": 1}
NOTHING_SECONDS = 1.0


def main(folder: Path) -> None:
    load = read(folder)
    until = time.monotonic() + load.seconds
    with ThreadPoolExecutor(load.moderators) as threads:
        work = [
            threads.submit(moderate, load, number, folder / "moderators.calls", until)
            for number in range(load.moderators)
        ]
        for one in work:
            one.result()


def moderate(load: Load, number: int, into: Path, until: float) -> None:
    caller, dice = Caller(load.web, load.sessions[number], into), random.Random(number)  # noqa: S311
    time.sleep(dice.uniform(0, load.think_seconds))  # nobody begins at the same moment
    task: dict[str, Any] | None = None
    while time.monotonic() < until:
        if task is None:
            task = first(caller.post("lease", "/review/api/lease", json.dumps(MORE).encode()))
            if task is None:
                time.sleep(NOTHING_SECONDS)
            continue
        time.sleep(load.think_seconds * dice.uniform(0.5, 1.5))
        said = {"taskId": task["taskId"], "leaseToken": task["leaseToken"], "decisionId": str(uuid4()), "lease": MORE}
        verdict = {"verdict": "PASS"} if dice.random() < 0.8 else {"verdict": "REJECT", "reason": "nudity"}
        task = first(caller.post("decide", "/review/api/decide", json.dumps(said | verdict).encode()))


def first(answer: tuple[int, bytes]) -> dict[str, Any] | None:
    """The task that was leased; None where there is none, or no good answer."""
    status, content = answer
    tasks = json.loads(content)["tasks"] if status == 200 else []
    return tasks[0] if tasks else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
