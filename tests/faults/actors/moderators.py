"""`python -m tests.faults.actors.moderators FOLDER`: people at the stage who pass, reject, undo, skip, snooze,
escalate, decide late and walk away, and a lead who also reopens. What they ask for is written down before they ask, and
what they were answered before they go on.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.faults.actors.browser import Browser
from tests.faults.actors.http import Answer
from tests.faults.actors.receipts import Receipts
from tests.faults.options import Run, read_run

ACTS = {"pass": 58, "reject": 27, "undo": 6, "skip": 2, "snooze": 2, "escalate": 2, "late": 1, "walk away": 1}
SNOOZE_SECONDS = 2
IDLE_SECONDS = 1.5
Task = dict[str, Any]


class Decided:
    """Cases whose verdict can no longer be undone, for the lead who reopens some."""

    def __init__(self, undo_seconds: float) -> None:
        self._undo_seconds = undo_seconds
        self._cases: deque[tuple[float, str]] = deque(maxlen=200)
        self._lock = threading.Lock()

    def add(self, case_id: str) -> None:
        with self._lock:
            self._cases.append((time.time(), case_id))

    def take(self) -> str | None:
        with self._lock:
            if self._cases and self._cases[0][0] < time.time() - self._undo_seconds - 0.3:
                return self._cases.popleft()[1]
        return None


class Moderator:
    def __init__(self, run: Run, email: str, receipts: Receipts, decided: Decided, *, is_lead: bool = False) -> None:
        self._run, self._who, self._receipts, self._decided, self._is_lead = run, email, receipts, decided, is_lead
        self._chance = random.Random(f"{run.options.seed} {email} {time.time()}")
        self._browser = Browser(run, email, receipts)
        self._acts = run.options.acts or ACTS
        self._later: list[tuple[float, Task]] = []
        self._has_left = False

    def work(self) -> None:
        self._browser.sign_in()
        while (phase := self._run.phase()) != "stop":
            self._decide_what_is_late()
            tasks = self._lease()
            if not tasks:
                time.sleep(IDLE_SECONDS)
            for task in tasks:
                if self._has_left:
                    return
                self._act(task, calm=phase != "faults")
                time.sleep(self._run.options.think_seconds)

    def _lease(self) -> list[Task]:
        asked_at = time.time()
        without = [task["taskId"] for _, task in self._later]
        body = {"queues": [], "count": self._run.options.at_once, **({"without": without} if without else {})}
        told = self._browser.insist("lease", body)
        if told is None or told[0].status != 200:
            self._unexpected("lease", told)
            return []
        tasks: list[Task] = told[0].json()["tasks"]
        for task in tasks:
            self._keep_lease(task, asked_at)
        return tasks

    def _keep_lease(self, task: Task, asked_at: float) -> None:
        facts = {"taskId": task["taskId"], "token": task["leaseToken"], "requestId": task["requestId"]}
        self._receipts.write("leased", who=self._who, until=task["leasedUntil"], askedAt=asked_at, **facts)

    def _act(self, task: Task, *, calm: bool) -> None:
        if not calm and self._is_lead and self._chance.random() < self._run.options.reopened:
            self._reopen_one()
        (act,) = self._chance.choices(list(self._acts), weights=list(self._acts.values()))
        if calm and act not in ("pass", "reject", "undo"):
            act = "pass"
        match act:
            case "pass" | "reject":
                self._decide(task, "REJECT" if act == "reject" else "PASS")
            case "undo":
                self._decide_and_undo(task)
            case "late":
                self._later.append((time.time() + self._run.options.lease_seconds + 1.5, task))
            case "skip" | "snooze" | "escalate":
                self._defer(act, task)
            case "leave":  # for good, with all that was leased
                self._has_left = not self._is_lead

    def _decide_what_is_late(self) -> None:
        due = [task for at, task in self._later if at <= time.time()]
        self._later = [(at, task) for at, task in self._later if at > time.time()]
        for task in due:
            self._decide(task, "PASS")

    def _decide(self, task: Task, verdict: str, *, is_kept: bool = True) -> str | None:
        """Returns the id of the decision that was accepted."""
        decision = str(UUID(int=self._chance.getrandbits(128), version=4))
        reason = {"reason": "nudity"} if verdict == "REJECT" else {}
        facts = {"decisionId": decision, "taskId": task["taskId"], "verdict": verdict}
        cased = {"requestId": task["requestId"], "caseId": task["caseId"], "token": task["leaseToken"]}
        self._receipts.write("decide", who=self._who, **facts, **cased)
        told = self._browser.insist("decide", facts | reason | {"leaseToken": task["leaseToken"]})
        if told is None:
            return None
        answer = told[0]
        if answer.status == 409 and answer.json().get("outcome") == "result-changed":
            self._receipts.write("refused", decisionId=decision, outcome="result-changed")
            return self._decide(answer.json()["task"], verdict, is_kept=is_kept)
        if answer.status == 200:
            self._receipts.write("decided", decisionId=decision)
            if is_kept:
                self._decided.add(task["caseId"])
            if self._chance.random() < self._run.options.sent_twice:
                self._decide_again(facts | reason | {"leaseToken": task["leaseToken"]})
            return decision
        if answer.status != 409:
            self._unexpected("decide", told)
        self._receipts.write("refused", decisionId=decision, outcome=answer.json().get("outcome", answer.status))
        return None

    def _decide_again(self, call: dict[str, Any]) -> None:
        """The same decision once more, as a browser sends it that missed the answer: it is answered as before."""
        told = self._browser.insist("decide", call)
        if told and told[0].status != 200:
            self._receipts.write("refused", decisionId=call["decisionId"], outcome="sent again")

    def _decide_and_undo(self, task: Task) -> None:
        decision = self._decide(task, "REJECT", is_kept=False)
        if decision is None:
            return
        self._receipts.write("undo", decisionId=decision)
        told = self._browser.insist("undo", {"decisionId": decision})
        if told is None:
            return
        answer, was_unanswered = told
        if answer.status == 409:
            self._receipts.write("undo refused", decisionId=decision, unsure=was_unanswered)
        elif answer.status == 200:
            self._receipts.write("undone", decisionId=decision)
            if again := answer.json()["task"]:
                self._keep_lease(again, time.time())
                self._decide(again, "PASS")
        else:
            self._unexpected("undo", told)

    def _defer(self, act: str, task: Task) -> None:
        body: dict[str, Any] = {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}
        if act == "snooze":
            body["until"] = (datetime.now(UTC) + timedelta(seconds=SNOOZE_SECONDS)).isoformat()
        self._receipts.write("defer", act=act, taskId=task["taskId"], token=task["leaseToken"])
        told = self._browser.insist(act, body)
        if told and told[0].status not in (200, 409, 422):
            self._unexpected(act, told)

    def _reopen_one(self) -> None:
        if case_id := self._decided.take():
            self._receipts.write("reopen", caseId=case_id)
            outcome = self._browser.reopen(case_id)
            self._receipts.write("reopened", caseId=case_id, outcome=outcome)

    def _unexpected(self, verb: str, told: tuple[Answer, bool] | None) -> None:
        if told:
            self._browser.note(verb, told[0])


def main(folder: Path) -> None:
    run = read_run(folder)
    receipts, decided = Receipts(run.places.receipts("moderators")), Decided(run.options.undo_seconds)
    people = [(email, False) for email in run.furnished["moderators"][: run.options.moderators]]
    threads = [
        threading.Thread(target=Moderator(run, email, receipts, decided, is_lead=is_lead).work)
        for email, is_lead in [*people, (run.furnished["lead"], True)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
