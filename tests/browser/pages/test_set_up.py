"""From an empty database to the first case that is decided and delivered: the checklist on the board leads through the
product's own pages, with the mouse and with the keyboard alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from review.models import Decision
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.stage_page import picture
from tests.customer import Customer, customer
from tests.factories import bodies
from tests.factories.labels import seeded
from tests.processes import ROOT, RunningApp, run_app
from tests.waiting import PATIENCE_MS, PATIENCE_SECONDS, wait_for

PASSWORD = "seven green lanterns over water"
ADA, HANA = "ada@example.test", "hana@example.test"


class Setter:
    """Ada, who sets the installation up, at a browser."""

    def __init__(self, page: Page, line: Line, hands: Hands) -> None:
        self.page, self.line, self.hands = page, line, hands
        self.visited: list[str] = []
        page.on("framenavigated", lambda frame: self.visited.append(frame.url))

    def step(self, name: str) -> Locator:
        return self.page.locator(f'#setup [data-step="{name}"]')

    def begin(self, name: str) -> None:
        """Go to the board, where this step is the next one, and open its page."""
        self.board()
        expect(self.step(name)).to_have_class("next")
        self.hands.press(self.step(name).get_by_role("link"))

    def board(self) -> None:
        self.hands.press(self.page.locator("header a.mark"))
        expect(self.page.locator("#setup")).to_be_visible()

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.hands.write(self.page.locator(f"main [name={name}]:visible"), text)

    def press(self, button: str) -> None:
        self.hands.press(self.page.locator("main").get_by_role("button", name=button, exact=True))

    def link(self, name: str) -> None:
        self.hands.press(self.page.locator("main").get_by_role("link", name=name, exact=True))

    def check(self, box: Locator, wanted: bool = True) -> None:
        if box.is_checked() != wanted:
            self.hands.press(box)
        expect(box).to_be_checked(checked=wanted)

    def uncheck(self, box: Locator) -> None:
        self.check(box, wanted=False)

    def stored_secret(self) -> str:
        told = self.page.locator("[data-secret]").inner_text()
        self.link("I have stored it")
        return told


@pytest.fixture
def empty(transactional_db: None, tmp_path: Path) -> Iterator[Line]:
    """An installation as `migrate` leaves it, with its processes."""
    seeded()
    environment = {"MEDIA_STORAGE": str(tmp_path / "pictures"), "UNDO_SECONDS": "1"}
    with line(tmp_path / "logs", **environment) as running:
        running.start_worker()
        running.start_beat()
        yield running


@pytest.fixture
def host() -> Iterator[Customer]:
    with customer() as running:
        yield running


@pytest.fixture
def hana(browser: Browser) -> Iterator[Page]:
    """The browser of the first moderator."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("hands", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])
def test_from_an_empty_database_to_the_first_case_decided(
    empty: Line, host: Customer, page: Page, hana: Page, hands: Hands
) -> None:
    make_the_first_administrator(empty)
    ada = Setter(page, empty, hands)
    sign_in(ada)
    register_an_app(ada)
    key = issue_a_key(ada)
    make_a_queue(ada)
    path = invite(ada)
    join(hana, empty.url + path, hands)
    route_all_results(ada)
    make_an_endpoint(ada, host)
    post_a_result(ada, host, key)
    decide(hana, empty, hands)
    wait_for(lambda: host.received, what="the final result", tell=empty, pause=lambda: page.wait_for_timeout(100))
    see_that_it_is_done(ada)
    assert not [url for url in ada.visited if "/admin" in url]


def make_the_first_administrator(empty: Line) -> None:
    argv = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--email", ADA, "--name", "Ada"]
    environment = {**empty.environment, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    subprocess.run(argv, cwd=ROOT, env=environment, check=True, timeout=PATIENCE_SECONDS)


def sign_in(ada: Setter) -> None:
    ada.page.goto(ada.line.url)
    ada.write(login=ADA, password=PASSWORD)
    ada.press("Sign in")
    expect(ada.page.locator("#setup h2")).to_contain_text("0 of 9")


def register_an_app(ada: Setter) -> None:
    ada.begin("app")
    ada.write(app_id="shop", name="Shop")
    ada.press("Register")
    expect(ada.page.locator(".message.success")).to_contain_text("shop is registered.")


def issue_a_key(ada: Setter) -> str:
    ada.begin("key")
    ada.write(name="Their backend")
    ada.press("Issue it")
    return ada.stored_secret()


def make_a_queue(ada: Setter) -> None:
    ada.begin("queue")
    ada.write(name="Ads", slug="ads")
    ada.press("Create the queue")
    page, row = ada.page, ada.page.locator("#reasons tr").first
    ada.hands.write(row.get_by_label("English name"), "Contact ad")
    label = row.get_by_label("Goes out as")
    ada.hands.press(label)
    expect(page.get_by_role("combobox", name="Choose a label")).to_be_focused()
    page.keyboard.type("ad")
    expect(page.locator(".combo [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(label).not_to_have_value("")
    ada.uncheck(page.locator("[name=practice_first]"))
    page.keyboard.press("Control+s")
    expect(page.locator(".message.success")).to_be_visible()


def invite(ada: Setter) -> str:
    """The path of Hana's link."""
    ada.begin("people")
    form = ada.page.locator("#invite")
    ada.hands.write(form.locator("[name=emails]"), HANA)
    ada.check(form.get_by_role("checkbox", name="Ads"))
    ada.uncheck(form.locator("[name=second_factor]"))
    ada.press("Make links")
    return re.sub(r"^https?://[^/]+", "", ada.stored_secret())


def join(page: Page, address: str, hands: Hands) -> None:
    page.goto(address)
    hands.write(page.get_by_label("Your name"), "Hana Sato")
    hands.write(page.get_by_label("Password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Join"))
    expect(page.locator("header a.mark")).to_be_visible()


def route_all_results(ada: Setter) -> None:
    ada.begin("rule")
    ada.link("Edit")
    ada.press("Add a rule")
    rule = ada.page.locator("#rule-0")
    ada.hands.write(rule.get_by_label("Name", exact=True), "everything")
    ada.hands.choose(rule.get_by_label("Send to"), "Ads")
    ada.press("Save as a draft")
    ada.press("Put in force")
    expect(ada.page.locator("main")).to_contain_text("in force")


def make_an_endpoint(ada: Setter, host: Customer) -> None:
    ada.begin("endpoint")
    ada.link("New endpoint")
    ada.write(name="Orders", url=f"{host.url}/hook")
    ada.press("Create and show its secret")
    ada.stored_secret()


def post_a_result(ada: Setter, host: Customer, key: str) -> None:
    ada.board()
    expect(ada.step("case")).to_have_class("next")
    expect(ada.page.locator("#setup pre")).to_contain_text(f"curl {ada.line.url}/api/v1/results")
    body: dict[str, Any] = bodies.envelope(app_id="shop", img=host.serve("/a.jpg", picture(description="first")))
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{ada.line.url}/api/v1/results", json=body, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["queue"]) == (201, "ads")


def decide(hana: Page, empty: Line, hands: Hands) -> None:
    """On the stage, where everybody decides by key."""
    hands.press(hana.locator("header a.mark"))
    hands.press(hana.get_by_role("link", name="Review Ads"))
    expect(hana.locator("#stage[data-state=ready]")).to_be_visible()
    hana.keyboard.press("1")
    expect(hana.locator("#stage[data-state=empty]")).to_be_visible()
    wait_for(Decision.objects.exists, what="the decision", tell=empty, pause=lambda: hana.wait_for_timeout(100))
    decision = Decision.objects.get()
    assert (decision.verdict, decision.by.email) == ("REJECT", HANA)


def see_that_it_is_done(ada: Setter) -> None:
    def all_is_ticked() -> bool:
        ada.board()
        return ada.page.locator("#setup li.done").count() == 9

    wait_for(all_is_ticked, what="the last step", tell=ada.line, pause=lambda: ada.page.wait_for_timeout(200))
    expect(ada.page.locator("#setup")).to_contain_text("A case came in, was decided and delivered")
    ada.press("Seen")
    expect(ada.page.locator(".message.success")).to_contain_text("The set-up checklist is put away.")
    expect(ada.page.locator("#setup")).to_have_count(0)
