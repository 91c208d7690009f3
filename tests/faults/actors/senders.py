"""`python -m tests.faults.actors.senders FOLDER`: backends that post results one by one, in batches, and as callbacks
of the detection service. What is not answered is sent again, the same body, until it is; what was answered is written
down.
"""

from __future__ import annotations

import itertools
import random
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.faults.actors import results
from tests.faults.actors.http import Answer, Caller, NoAnswer
from tests.faults.actors.receipts import Receipts
from tests.faults.actors.results import Item
from tests.faults.options import Run, read_run

CALLBACKS, BATCHES = "callback", ("batch1", "batch2", "batch3")
SHARES = {"single": 0.05, CALLBACKS: 0.05, **dict.fromkeys(BATCHES, 0.3)}
"""Of all items, by channel. Each sends one thing after the other."""
BATCH_SIZES = 10, 100
AGAIN_SECONDS = 0.4
CHANGED = 0.02  # how likely a known item comes again with another score
LOOK_SECONDS = 2.0
WAITING = re.compile(r"^second_look_waiting\{[^}]*\} ([0-9.]+)$", re.MULTILINE)


class Sender:
    """One backend. `share` of the items are its."""

    def __init__(self, run: Run, channel: str, receipts: Receipts, gate: Gate) -> None:
        self._run, self._channel, self._receipts, self._gate = run, channel, receipts, gate
        self._chance = random.Random(f"{run.options.seed} {channel}")
        bearer = {} if channel == CALLBACKS else {"Authorization": run.furnished["bearer"]}
        self._caller = Caller(run.places.web, bearer)
        self._name = f"s{run.options.seed}-{channel}-{int(time.time()) % 1_000_000:x}"
        self._share = round(run.options.items * SHARES[channel])

    def work(self) -> None:
        """Send at the pace that has the share sent when the faults end."""
        began, sent = time.monotonic(), 0
        items = self._items()
        while self._run.phase() == "faults" and sent < self._share:
            wanted = self._share * (time.monotonic() - began) / self._run.options.seconds
            if sent > wanted:
                time.sleep(0.05)
                continue
            size = self._chance.randint(*BATCH_SIZES) if self._channel in BATCHES else 1
            batch = list(itertools.islice(items, min(size, self._share - sent)))
            self._send_and_come_again(batch)
            sent += len(batch)
        self._run.places.finished(self._channel).touch()

    def _items(self) -> Iterator[Item]:
        usual = self._run.options.sorts or results.SORTS
        for number in itertools.count(1):
            sorts = results.without_people(usual) if self._gate.is_closed else usual
            yield results.item(self._name, number, picture_host=self._run.places.picture_host, sorts=sorts)

    def _send_and_come_again(self, batch: Sequence[Item]) -> None:
        for one in batch:
            self._receipts.write("sent", requestId=one.request_id, sort=one.sort)
        self._send(batch, [one.body for one in batch])
        if self._chance.random() < self._run.options.sent_twice:
            self._send(batch, [one.body for one in batch])
        if batch[0].sort in results.NEED_A_PERSON and self._chance.random() < CHANGED and len(batch) == 1:
            self._receipts.write("changed", requestId=batch[0].request_id)
            self._send(batch, [batch[0].changed()])

    def _send(self, batch: Sequence[Item], bodies: Sequence[Any]) -> None:
        """Until it is answered with success."""
        for tries in itertools.count(1):
            if self._run.phase() == "stop":
                return
            answer = self._post(bodies)
            if answer and self._is_acknowledged(answer):
                for one, told in zip(batch, self._told(answer), strict=True):
                    self._receipts.write("acknowledged", requestId=one.request_id, tries=tries, **told)
                return
            time.sleep(AGAIN_SECONDS)

    def _post(self, bodies: Sequence[Any]) -> Answer | None:
        path = f"/callbacks/{self._run.furnished['callback']}" if self._channel == CALLBACKS else "/api/v1/results"
        body = bodies if self._channel in BATCHES else bodies[0]["result"] if self._channel == CALLBACKS else bodies[0]
        try:
            answer = self._caller.post(path, body)
        except NoAnswer as error:
            self._receipts.write("no answer", why=str(error))
            return None
        if answer.status not in (200, 201):
            self._receipts.write("answer", status=answer.status, body=answer.body[:600].decode(errors="replace"))
        return answer

    def _is_acknowledged(self, answer: Answer) -> bool:
        if answer.status not in (200, 201):
            return False
        return self._channel != CALLBACKS or answer.json().get("code") == 1100

    def _told(self, answer: Answer) -> list[dict[str, Any]]:
        told = answer.json()
        if self._channel == CALLBACKS:
            return [{"state": "", "status": "stored"}]
        if self._channel in BATCHES:
            return [{name: one.get(name) for name in ("state", "status", "caseId")} for one in told["items"]]
        status = "repeated" if told.get("repeat") else "revised" if "revision" in told else "accepted"
        return [{"state": told["state"], "status": status, "caseId": told["caseId"]}]


class Gate:
    """Closed while so much waits for a person that the moderators could not finish it soon after the faults: then only
    what needs no person is sent.
    """

    def __init__(self, run: Run) -> None:
        self.is_closed = False
        self._run = run
        self._caller = Caller(run.places.web, timeout=5)

    def watch(self) -> None:
        while self._run.phase() == "faults":
            try:
                answer = self._caller.get("/metrics")
            except NoAnswer:
                answer = None
            if answer and answer.status == 200:
                self.is_closed = waiting(answer) > self._run.options.most_waiting
            time.sleep(LOOK_SECONDS)


def waiting(answer: Answer) -> float:
    """How many cases wait for a person, by the product's metrics."""
    return sum(map(float, WAITING.findall(answer.body.decode())))


def main(folder: Path) -> None:
    run = read_run(folder)
    receipts, gate = Receipts(run.places.receipts("senders")), Gate(run)
    threading.Thread(target=gate.watch, daemon=True).start()
    threads = [threading.Thread(target=Sender(run, channel, receipts, gate).work) for channel in SHARES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while run.phase() != "stop":  # a process that ends would be started again
        time.sleep(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
