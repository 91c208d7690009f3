"""A person at the stage, over HTTP: signs in, keeps the session, and insists until there is an answer."""

from __future__ import annotations

import time
from typing import Any

from tests.faults.actors.http import Answer, Caller, NoAnswer
from tests.faults.actors.receipts import Receipts
from tests.faults.options import Run

AGAIN_SECONDS = 0.4
TRY_LATER = (429, 502, 503, 504)


class Browser:
    def __init__(self, run: Run, email: str, receipts: Receipts) -> None:
        self._run, self._email, self._receipts = run, email, receipts
        self._caller = Caller(run.places.web)

    def close(self) -> None:
        self._caller.close()

    def insist(self, verb: str, body: dict[str, Any]) -> tuple[Answer, bool] | None:
        """Post to a call of the stage until it is answered. Returns the answer, and whether an earlier try had none, so
        that it may have been done by that; None when the run ends before.
        """
        was_unanswered = False
        while self._run.phase() != "stop":
            try:
                answer = self._caller.post(f"/review/api/{verb}", body)
            except NoAnswer as error:
                self._receipts.write("no answer", verb=verb, why=str(error))
                was_unanswered = True
                time.sleep(AGAIN_SECONDS)
                continue
            if answer.status in (401, 403):
                self.sign_in()
            elif answer.status in TRY_LATER or answer.status >= 500:
                self.note(verb, answer)
                time.sleep(AGAIN_SECONDS)
            else:
                return answer, was_unanswered
        return None

    def note(self, verb: str, answer: Answer) -> None:
        """Write down an answer that is no success."""
        body = answer.body[:600].decode(errors="replace")
        self._receipts.write("answer", verb=verb, status=answer.status, body=body)

    def sign_in(self) -> None:
        while self._run.phase() != "stop":
            try:
                if self._signed_in():
                    return
            except NoAnswer:
                pass
            time.sleep(AGAIN_SECONDS)

    def _signed_in(self) -> bool:
        self._caller.cookies.clear()
        self._caller.get("/accounts/login/")
        fields = {
            "login": self._email,
            "password": self._run.furnished["password"],
            "csrfmiddlewaretoken": self._csrf(),
        }
        answer = self._caller.post_form("/accounts/login/", fields)
        self._caller.headers["X-CSRFToken"] = self._csrf()
        return answer.status == 302

    def _csrf(self) -> str:
        return next((value for name, value in self._caller.cookies.items() if name.endswith("csrftoken")), "")

    def reopen(self, case_id: str) -> bool | None:
        """Once. True: the page says so; False: refused; None: nobody knows."""
        try:
            answer = self._caller.post_form(
                f"/review/cases/{case_id}/reopen", {"note": "look again", "csrfmiddlewaretoken": self._csrf()}
            )
            if answer.status != 302:
                return None
            for _ in range(3):
                page = self._caller.get(f"/review/cases/{case_id}/")
                if page.status == 200:
                    return b"Reopened." in page.body
        except NoAnswer:
            pass
        return None
