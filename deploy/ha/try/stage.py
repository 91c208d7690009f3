"""Runs in the node of the load: a person at the stage, in Chromium, who passes a case every second and never reloads.

What the browser sends and is answered is written down for the checks, as the other moderators' calls are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from places import ROOT

sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, Response, sync_playwright

from tests import chromium
from tests.faults.actors.receipts import Receipts
from tests.faults.options import Run, read_run

EVERY_MS = 1000
WHO = -1  # the last of the people who were furnished: no other moderator of the load
STATE_OF_STAGE = "({...document.getElementById('stage')?.dataset})"


class Person:
    def __init__(self, run: Run, page: Page) -> None:
        self._run, self._page = run, page
        self._receipts = Receipts(run.places.receipts("moderators"))
        self._told = Receipts(run.places.receipts("stage"))
        self._requests: dict[str, str] = {}  # by task
        self._decided = set[str]()
        page.on("request", lambda request: self._sent(request.url, request.post_data))
        page.on("response", self._answered)

    def work(self) -> None:
        self._sign_in()
        self._page.goto(f"{self._run.places.web}/review/")
        self._page.evaluate("window.sinceTheStart = true")
        while self._run.phase() == "faults":
            self._page.wait_for_timeout(EVERY_MS)
            stage = self._page.evaluate(STATE_OF_STAGE)
            was_reloaded = not self._page.evaluate("Boolean(window.sinceTheStart)")
            self._told.write(
                "stage", state=stage.get("state", "left"), decided=len(self._decided), reloaded=was_reloaded
            )
            if stage.get("state") == "ready":
                self._requests[stage["taskId"]] = stage["requestId"]
                self._page.keyboard.press("a")
        self._page.wait_for_timeout(10 * EVERY_MS)  # until what was decided is sent

    def _sign_in(self) -> None:
        self._page.goto(f"{self._run.places.web}/accounts/login/")
        self._page.fill("[name=login]", self._run.furnished["moderators"][WHO])
        self._page.fill("[name=password]", self._run.furnished["password"])
        self._page.keyboard.press("Enter")
        self._page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def _sent(self, url: str, body: str | None) -> None:
        if url.endswith("/review/api/decide") and body:
            self._note(json.loads(body))

    def _note(self, call: dict[str, Any]) -> None:
        if call["decisionId"] in self._requests:  # sent again
            return
        request_id = self._requests[call["decisionId"]] = self._requests[str(call["taskId"])]
        facts = {"decisionId": call["decisionId"], "taskId": call["taskId"], "verdict": call["verdict"]}
        cased = {"requestId": request_id, "caseId": f"of {request_id}", "token": call["leaseToken"]}
        self._receipts.write("decide", who="stage", **facts, **cased)

    def _answered(self, response: Response) -> None:
        if not response.url.endswith("/review/api/decide") or not response.request.post_data:
            return
        decision = json.loads(response.request.post_data)["decisionId"]
        if response.status == 200:
            self._decided.add(decision)
            self._receipts.write("decided", decisionId=decision)
            self._told.write("decided")
        elif response.status == 409:
            self._receipts.write("refused", decisionId=decision, outcome="at the stage")


def main(folder: Path) -> None:
    run = read_run(folder)
    with sync_playwright() as playwright:
        found = chromium.find()
        arguments = chromium.launch_arguments()
        browser = playwright.chromium.launch(executable_path=str(found) if found else None, args=arguments)
        page = browser.new_page()
        Person(run, page).work()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
