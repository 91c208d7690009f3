"""What a browser test does again and again: cases with pictures in the line, a person at the stage."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections
from PIL import Image, ImageDraw
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Route, expect

from accounts.audit import Actor
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.media.fetch import fetch_due
from moderation.models import Picture, PictureFetch
from review.models import Decision
from tests.customer import Customer
from tests.factories import bodies, tasks
from tests.processes import RunningApp
from tests.stage import signed_in
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World

MARK = (255, 0, 255)
DESCRIPTION = 0x010E
ORIENTATION = 0x0112
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How upright pixels are turned into those a camera stores under each EXIF orientation."""


_NUMBERS = itertools.count(1)


def picture(
    width: int = 1200,
    height: int = 900,
    *,
    mark: tuple[int, int, int, int] | None = None,
    orientation: int = 1,
    description: str = "",
) -> bytes:
    """A JPEG whose upright pixels are grey with a magenta rectangle at `mark`, stored the way `orientation` says. No
    two are the same file, unless described alike, since copies of one picture are decided at once.
    """
    image = Image.new("RGB", (width, height), (120, 120, 120))
    if mark:
        ImageDraw.Draw(image).rectangle((mark[0], mark[1], mark[2] - 1, mark[3] - 1), fill=MARK)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[DESCRIPTION] = description or f"picture {next(_NUMBERS)}"
    if orientation in STORED:
        image = image.transpose(STORED[orientation])
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, subsampling=0, exif=exif)
    return file.getvalue()


@cache
def grey(number: int) -> bytes:
    """One of the pictures that every test may use, once."""
    return picture(description=f"grey {number}")


@cache
def grey_sha256(number: int) -> str:
    return hashlib.sha256(grey(number)).hexdigest()


_PREPARED: dict[str, Picture] = {}
"""What is known of the grey pictures that were fetched in this run, by their SHA-256."""


def _fetch_pictures() -> None:
    list(fetch_due())
    connections.close_all()


def _fetch_beside(threads: int) -> None:
    """This thread already runs Playwright's event loop."""
    with ThreadPoolExecutor(threads) as beside:
        for fetching in [beside.submit(_fetch_pictures) for _ in range(threads)]:
            fetching.result()


class StagePage:
    def __init__(self, page: Page, app: RunningApp, world: World, host: Customer) -> None:
        self.page, self.app, self.world, self.host = page, app, world, host
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.grey_pictures = 0
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def add_case(self, **changes: Any) -> str:
        """A case in the queue with its picture fetched. Returns its requestId."""
        return self.add_all([changes])[0]

    def add_cases(self, count: int) -> list[str]:
        return self.add_all([{}] * count)

    def add_all(self, cases: Iterable[dict[str, Any]]) -> list[str]:
        """A case for each, as `bodies.envelope` takes its changes; without an `img` it has a grey picture of its own.
        They are fetched together.
        """
        made = [self._accept(**{"img": self._grey_picture(), **changes}) for changes in cases]
        _fetch_beside(1)
        _PREPARED.update(Picture.objects.in_bulk(set(map(grey_sha256, range(self.grey_pictures))) - set(_PREPARED)))
        return made

    def _grey_picture(self) -> str:
        """The address of the next one. Preparing a picture costs a process, so what an earlier test had prepared is
        known again: the store keeps its renditions as long as the web process runs.
        """
        number, self.grey_pictures = self.grey_pictures, self.grey_pictures + 1
        if known := _PREPARED.get(grey_sha256(number)):
            Picture.objects.bulk_create([known], ignore_conflicts=True)
        return self.host.serve(f"/grey-{number}.jpg", grey(number))

    def add_photos(self, photos: Iterable[bytes]) -> list[str]:
        """A case for each, fetched and rendered on all of this machine's cores."""
        made = [self._accept(img=self.host.serve(f"/{n}.jpg", photo)) for n, photo in enumerate(photos)]
        _fetch_beside(os.cpu_count() or 1)
        return made

    def add_more(self, count: int, **says: Any) -> None:
        """As many cases again, straight into the tables, each with one of the pictures that were fetched. `says` is
        what of the machine's result is not as usual.
        """
        fetched = list(Picture.objects.order_by("pk"))
        made = tasks.waiting(self.world.default, app=self.world.web, count=count, says=says)
        for number, task in enumerate(made):
            shown = {"state": "ready", "why": None, "picture": fetched[number % len(fetched)]}
            PictureFetch.objects.filter(pk=task.case_id).update(**shown)

    def _accept(self, *, by: Actor = "tests", **changes: Any) -> str:
        submission = parse_submission(bodies.envelope(**changes))
        accept(submission, app=self.world.web, by=by)
        return submission.result.request_id

    def change_tasks(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Every task the stage is handed passes through `change` first."""

        def passed_on(route: Route) -> None:
            answer = route.fetch()
            body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            for task in [*body.get("tasks", ()), *body.get("changed", ()), *filter(None, [body.get("task")])]:
                change(task)
            route.fulfill(response=answer, json=body) if body else route.fulfill(response=answer)

        self.page.route(re.compile("/review/api/(lease|decide|undo|skip|renew)$"), passed_on)

    def pictures_asked_for(self) -> list[str]:
        """The renditions of pictures the page asks for from now on, as "case/rendition"."""
        asked: list[str] = []

        def note(request: Request) -> None:
            if found := re.search(r"/review/pictures/(\d+/\w+)", request.url):
                asked.append(found[1])

        self.page.on("request", note)
        return asked

    def sign_in(self) -> None:
        """The session is made here; test_interruptions.py goes by the login page."""
        cookie = signed_in(self.world.alice).cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.app.url}])

    def open(self, path: str = "/review/") -> None:
        self.page.goto(self.app.url + path)

    def sit_down(self) -> None:
        """Sign in and open the stage with a case on it."""
        self.sign_in()
        self.open()
        self.wait_ready()

    def wait_for(self, ask: Callable[[], object], *, what: str) -> None:
        wait_for(ask, what=what, pause=lambda: self.page.wait_for_timeout(50))

    def wait_ready(self) -> None:
        expect(self.page.locator("#stage[data-state=ready]")).to_be_visible()

    @property
    def stage(self) -> Locator:
        return self.page.locator("#stage")

    @property
    def request_id(self) -> str:
        return self.stage.get_attribute("data-request-id") or ""

    def press(self, key: str) -> None:
        """Press a key and wait until another case is on the stage, or none."""
        before = self.request_id
        self.page.keyboard.press(key)
        self.wait_for_another(before)

    def wait_for_another(self, before: str) -> None:
        self.page.wait_for_function(
            """before => { const stage = document.getElementById('stage');
                           return stage.dataset.state === 'empty'
                               || (stage.dataset.state === 'ready' && stage.dataset.requestId !== before) }""",
            arg=before,
        )

    def wait_for_decisions(self, *wanted: tuple[str, str, str]) -> None:
        """Until exactly these stand in the database, as (requestId, verdict, reason) in the order they were made."""
        until = time.monotonic() + PATIENCE_SECONDS
        while (standing := self.decisions()) != list(wanted) and time.monotonic() < until:
            self.page.wait_for_timeout(100)
        assert standing == list(wanted)

    def wait_for_calls(self, *, quiet_ms: int = 700) -> None:
        """Until the page has asked nothing of the server for a while."""
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(quiet_ms)

    def decisions(self) -> list[tuple[str, str, str]]:
        rows = Decision.objects.filter(undone_at=None).order_by("decided_at", "pk").select_related("task__case")
        return [(one.task.case.request_id, one.verdict, one.reason) for one in rows]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{message.text} ({message.location['url']})")
