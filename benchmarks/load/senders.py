"""`python -m benchmarks.load.senders FOLDER`: batches of a hundred results, all of a burst at the same moment. A
burst that begins late, since the one before was not answered in time, is written down as `late`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.load.calls import Caller
from benchmarks.load.furnish import RECORDED
from benchmarks.load.options import BATCH, Load, read
from tests.factories import bodies

PATH = "/api/v1/results"
LATE_SECONDS = 0.05


def main(folder: Path) -> None:
    load, dice = read(folder), random.Random(1)  # noqa: S311
    headers = {"Authorization": load.bearer, "Content-Type": "application/json"}
    callers = [Caller(load.web, headers, folder / "senders.calls") for _ in range(load.batches_in_burst)]
    with ThreadPoolExecutor(len(callers)) as threads, (folder / "late").open("w") as late:
        begun = time.monotonic()
        for number in range(round(load.seconds / load.burst_seconds)):
            batches = [batch(load, dice) for _ in callers]
            due = begun + number * load.burst_seconds
            if (left := due - time.monotonic()) > -LATE_SECONDS:
                time.sleep(max(0.0, left))
            elif time.monotonic() > begun + load.seconds:
                break
            else:
                late.write(f"{time.time():.3f} {-left:.3f}\n")
            burst(threads, callers, batches)


def burst(threads: ThreadPoolExecutor, callers: Sequence[Caller], batches: Sequence[bytes]) -> None:
    """Returns when all of it is answered."""
    sent = [threads.submit(one.post, "batch", PATH, body) for one, body in zip(callers, batches, strict=True)]
    for each in sent:
        each.result()


def batch(load: Load, dice: random.Random) -> bytes:
    return json.dumps([result(load, dice) for _ in range(BATCH)]).encode()


def result(load: Load, dice: random.Random) -> dict[str, Any]:
    chance = dice.uniform(0, 100)
    if chance >= load.queued + load.decided:
        said = {"riskLevel": "PASS", "riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "allLabels": []}
        return bodies.envelope(app_id=RECORDED, finalResult=1, **said)
    score = 0.5 if chance < load.queued else 0.9
    label = {"riskLevel": "REVIEW", "riskLabel1": "porn", "riskLabel2": "nudity", "probability": score}
    about = {"tokenId": f"subject-{dice.randrange(5000)}"}
    return bodies.envelope(app_id=dice.choice(load.apps), data=about, allLabels=[label])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
