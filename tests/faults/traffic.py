"""A backend and a moderator at work before one web process, and what they were answered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psutil

from tests.factories import bodies
from tests.faults.actors.browser import Browser
from tests.faults.actors.http import Caller, NoAnswer
from tests.faults.actors.receipts import Receipts, read_receipts
from tests.faults.options import Options, Places, Run
from tests.processes import RunningApp
from tests.waiting import wait_for
from tests.world import PASSWORD, World

BACK_SECONDS = 10.0


@dataclass
class Traffic:
    """A backend that posts results, and a moderator at the stage, until they are stopped; what they were answered."""

    run: Run
    bearer: dict[str, str]
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[int, Any]] = field(default_factory=list)
    unanswered: int = 0
    decided: int = 0

    def send_one(self, **changes: Any) -> bool:
        """Whether it was acknowledged. What is not answered within ten seconds counts as unanswered."""
        body = bodies.envelope(**changes)
        with closing(Caller(self.run.places.web, self.bearer, timeout=10)) as caller:
            try:
                answer = caller.post("/api/v1/results", body)
            except NoAnswer:
                self.unanswered += 1
                return False
        if answer.status in (200, 201):
            self.acknowledged.append(body["result"]["requestId"])
            return True
        self.refused.append((answer.status, answer.json()))
        return False

    def send(self) -> None:
        while self.run.phase() != "stop":
            self.send_one()
            time.sleep(0.05)

    def decide(self) -> None:
        receipts = Receipts(self.run.places.receipts("moderators"))
        with closing(Browser(self.run, "alice@example.test", receipts)) as browser:
            browser.sign_in()
            while self.run.phase() != "stop":
                self._decide_one(browser)
                time.sleep(0.05)

    def _decide_one(self, browser: Browser) -> None:
        told = browser.insist("lease", {"queues": [], "count": 1})
        for task in told[0].json().get("tasks", ()) if told else ():
            call = {"taskId": task["taskId"], "leaseToken": task["leaseToken"], "verdict": "PASS"}
            answer = browser.insist("decide", call | {"decisionId": str(uuid4())})
            self.decided += answer is not None and answer[0].status == 200

    def what_the_moderator_was_refused(self) -> list[tuple[int, Any]]:
        every = read_receipts(self.run.places.receipts("moderators"))
        return [(one["status"], json.loads(one["body"])) for one in every if one["kind"] == "answer"]


@contextmanager
def traffic(web: RunningApp, cast: World, folder: Path) -> Iterator[Traffic]:
    """Both at work."""
    places = Places(folder, {"web": urlsplit(web.url).port or 0})
    going = Traffic(Run(Options(), places, {"password": PASSWORD}), cast.bearer)
    going.run.set_phase("faults")
    threads = [threading.Thread(target=work) for work in (going.send, going.decide)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: going.decided > 2, what="the first decisions", tell=web)
        yield going
    finally:
        going.run.set_phase("stop")
        for thread in threads:
            thread.join()


def goes_on(going: Traffic, *, seconds: float = BACK_SECONDS) -> None:
    """Both are answered again, without anything started anew."""
    began, before = time.monotonic(), (len(going.acknowledged), going.decided)
    while len(going.acknowledged) <= before[0] + 2 or going.decided <= before[1] + 2:
        assert time.monotonic() - began < seconds, (before, len(going.acknowledged), going.decided)
        time.sleep(0.05)


def check_nothing_is_lost(going: Traffic) -> None:
    """Every acknowledged result is in the API, once; whoever was refused was told so in words, and to come again."""
    acknowledged, found = set(going.acknowledged), _kept(going)
    assert len(found) == len(set(found))
    assert acknowledged <= set(found)
    refused = going.refused + going.what_the_moderator_was_refused()
    assert {status for status, _ in refused} <= {429, 503}
    assert all("Send the request again" in problem["detail"] for _, problem in refused)


def _kept(going: Traffic) -> list[str]:
    """The requestIds of all cases, by the API."""
    found, following = list[str](), ""
    with closing(Caller(going.run.places.web, going.bearer)) as caller:
        while True:
            page = caller.get(f"/api/v1/results?limit=500{f'&cursor={following}' if following else ''}").json()
            found += [one["requestId"] for one in page["items"]]
            following = page["next"]
            if not following:
                return found


def is_running_since(web: RunningApp) -> set[tuple[int, float]]:
    """The processes of the web server, by their ids and starts."""
    server = psutil.Process(web.processes["web"].pid)
    return {(one.pid, one.create_time()) for one in [server, *server.children()]}
