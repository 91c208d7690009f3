"""`python -m tests.faults.actors.feed_reader FOLDER`: a backend that reads /api/v1/events all the time, with the cursor
of the page before, and writes down what it was told.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.faults.actors.http import Caller, NoAnswer
from tests.faults.actors.receipts import Receipts
from tests.faults.options import read_run

TOLD = ("requestId", "caseId", "revision", "decisionId", "type")
PAUSE_SECONDS = 0.4


def main(folder: Path) -> None:
    run = read_run(folder)
    receipts = Receipts(run.places.receipts("feed"))
    caller = Caller(run.places.web, {"Authorization": run.furnished["bearer"]})
    cursor = ""
    while True:
        try:
            answer = caller.get(f"/api/v1/events?limit=500{f'&after={cursor}' if cursor else ''}")
        except NoAnswer:
            time.sleep(PAUSE_SECONDS)
            continue
        if answer.status != 200:
            receipts.write("answer", status=answer.status, body=answer.body[:600].decode(errors="replace"))
            time.sleep(PAUSE_SECONDS)
            continue
        page = answer.json()
        for one in page["items"]:
            level = one["finalResult"]["riskLevel"]
            receipts.write("event", riskLevel=level, **{name: one[name] for name in TOLD})
        cursor = page["next"]
        if len(page["items"]) < 500:
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
