"""From an empty database to a verdict in the customer's hands, as README says it: an administrator follows the
checklist, two people join, one of them decides. Once with the mouse, once with nothing but the keyboard; never by
Django's admin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from moderation.models import Delivery
from review.models import Decision
from tests.browser.pages.hands import Hands, Keyboard, Mouse
from tests.browser.stage_page import grey
from tests.customer import Customer, customer
from tests.factories.labels import seeded
from tests.processes import RunningApp, run_app
from tests.waiting import PATIENCE_MS, wait_for

PASSWORD = "seven green lanterns over water"
MORI, HANA, IVO = "mori@example.test", "hana@example.test", "ivo@example.test"
REASONS = (
    ("Nudity", "porn/female_nudity"),
    ("Contact ad", "ad/contact_information_solicitation"),
    ("Gore", "violence"),
)
REQUEST_ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def app(transactional_db: None, tmp_path: Any, settings: Any) -> Iterator[RunningApp]:
    """Nothing in the database but what the product brings; the processes of docs/running.md."""
    seeded()
    with run_app(tmp_path / "logs", UNDO_SECONDS="1", MEDIA_STORAGE=str(tmp_path / "pictures")) as running:
        running.start_worker()
        running.start_beat()
        yield running


@pytest.fixture
def host() -> Iterator[Customer]:
    with customer() as found:
        found.serve("/picture.jpg", grey(1))
        yield found


@contextmanager
def somebody(browser: Browser) -> Iterator[Page]:
    """A browser of one's own, in which nothing goes wrong and Django's admin is never opened."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "response", lambda answer: wrong.append(answer.url) if answer.status >= 400 or "/admin/" in answer.url else None
    )
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("hands", [Mouse(), Keyboard()], ids=["mouse", "keyboard"])
def test_from_empty_to_a_verdict_with_the_customer(
    browser: Browser, app: RunningApp, host: Customer, monkeypatch: pytest.MonkeyPatch, hands: Hands
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email", MORI, "--name", "Mori Sato", verbosity=0)
    with somebody(browser) as mori:
        sign_in(mori, hands, app.url)
        key, links = set_up(mori, hands, receiver=f"{host.url}/hook")
        post_a_result(app.url, key, picture=f"{host.url}/picture.jpg")
        with somebody(browser) as hana:
            decide_as_invited(hana, hands, app.url + links[0])
        wait_for(lambda: Delivery.objects.filter(state="delivered").exists(), what="the delivery", tell=app)
        assert [hook.path for hook in host.received] == ["/hook"]
        open_the_delivery(mori, hands)
        put_away(mori, hands)
    assert Decision.objects.get().by.email == HANA


def sign_in(page: Page, hands: Hands, url: str) -> None:
    page.goto(url)
    hands.write(page.locator("[name=login]"), MORI)
    hands.write(page.locator("[name=password]"), PASSWORD)
    hands.press(page.get_by_role("button", name="Sign in", exact=True))


def set_up(page: Page, hands: Hands, *, receiver: str) -> tuple[str, list[str]]:
    """The steps of the checklist up to the first case. Returns the key and the paths of the invitations."""
    register_the_app(page, hands)
    key = issue_a_key(page, hands)
    make_the_queue(page, hands)
    links = invite(page, hands)
    write_the_rule(page, hands)
    make_the_endpoint(page, hands, receiver)
    return key, links


def step(page: Page, hands: Hands, title: str) -> None:
    """The next step of the checklist is this one; open it."""
    hands.press(page.get_by_role("link", name="Board", exact=True))
    expect(page.locator("#setup [aria-current=step]")).to_contain_text(title)
    hands.press(page.locator("#setup").get_by_role("link", name=title, exact=True))


def stored(page: Page, hands: Hands) -> list[str]:
    """The secrets that are shown this once."""
    expect(page.get_by_role("heading", name="Store this now")).to_be_visible()
    secrets = page.locator("[data-secret]").all_inner_texts()
    hands.press(page.get_by_role("link", name="I have stored it"))
    return secrets


def register_the_app(page: Page, hands: Hands) -> None:
    step(page, hands, "An app")
    form = page.locator("#new_app")
    hands.write(form.locator("[name=app_id]"), "shop")
    hands.write(form.locator("[name=name]"), "Shop")
    hands.press(form.get_by_role("button", name="Register"))
    expect(page.get_by_role("heading", name="Issue a key")).to_be_visible()


def issue_a_key(page: Page, hands: Hands) -> str:
    step(page, hands, "An access key")
    form = page.locator("#new_key")
    hands.write(form.get_by_label("Name"), "Backend of the shop")
    hands.choose(form.get_by_label("App"), "shop")
    hands.press(form.get_by_role("button", name="Issue it"))
    return stored(page, hands)[0]


def make_the_queue(page: Page, hands: Hands) -> None:
    step(page, hands, "A queue with reasons")
    hands.write(page.get_by_label("Name", exact=True), "People")
    hands.write(page.get_by_label("Short name"), "people")
    hands.press(page.get_by_role("button", name="Create the queue"))
    for number, (name, label) in enumerate(REASONS):
        if number:
            hands.press(page.get_by_role("button", name="Add a reason"))
        row = page.locator("#reasons tr").nth(number)
        hands.write(row.get_by_label("English name"), name)
        hands.press(row.get_by_label("Goes out as"))
        page.get_by_role("combobox", name="Choose a label").press_sequentially(label)
        expect(page.locator(".combo [role=option]").first).to_contain_text(label)
        page.keyboard.press("Enter")
        expect(row.get_by_label("Goes out as")).to_have_value(label)
    page.keyboard.press("Control+s")
    expect(page.locator(".message.success")).to_be_visible()


def invite(page: Page, hands: Hands) -> list[str]:
    step(page, hands, "People in it")
    form = page.locator("#invite")
    hands.write(form.get_by_label("Addresses, one a line"), f"{HANA}\n{IVO}")
    hands.tick(form.get_by_label("People", exact=True))
    hands.tick(form.get_by_label("Second factor at the first sign-in"), on=False)
    hands.press(form.get_by_role("button", name="Make links"))
    return [re.sub(r"^https?://[^/]+", "", link) for link in stored(page, hands)]


def write_the_rule(page: Page, hands: Hands) -> None:
    step(page, hands, "A routing rule")
    hands.press(page.get_by_role("link", name="Edit"))
    hands.press(page.get_by_role("button", name="Add a rule"))
    rule = page.locator("#rule-0")
    hands.write(rule.get_by_label("Name", exact=True), "people first")
    hands.write(rule.locator("[name=rule-0-label]"), "ad")
    hands.choose(rule.locator("[name=rule-0-queue]"), "People")
    hands.press(page.locator(".end-actions").get_by_role("button", name="Save in the draft"))
    hands.press(page.get_by_role("button", name="Publish"))
    expect(page.get_by_text("Policy 1 is in force.")).to_be_visible()


def make_the_endpoint(page: Page, hands: Hands, url: str) -> None:
    step(page, hands, "An endpoint")
    hands.press(page.get_by_role("link", name="New endpoint"))
    hands.write(page.get_by_label("Name"), "The shop")
    hands.write(page.get_by_label("Address"), url)
    hands.press(page.get_by_role("button", name="Create and show its secret"))
    stored(page, hands)


def post_a_result(url: str, key: str, *, picture: str) -> None:
    """As the shop's backend does, with the body that the checklist shows."""
    head = {"requestId": REQUEST_ID, "code": 1100, "message": "success", "resultType": 0, "finalResult": 0}
    labels = {"riskLevel": "REVIEW", "riskLabel1": "ad", "riskLabel2": "", "riskLabel3": ""}
    request = {"eventId": "post", "data": {"img": picture, "tokenId": "user-1"}}
    body = {"appId": "shop", "request": request, "result": head | labels}
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url}/api/v1/results", json=body, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["queue"]) == (201, "people")


def decide_as_invited(page: Page, hands: Hands, link: str) -> None:
    """Hana joins, practises, and rejects the case for a contact."""
    page.goto(link)
    hands.write(page.get_by_label("Your name"), "Hana Ito")
    hands.write(page.get_by_label("Password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Join"))
    practise(page, hands)
    stage = page.locator("#stage[data-state=ready]")
    expect(stage).to_have_attribute("data-request-id", REQUEST_ID)
    judge(page, hands, "Contact ad", key="2")
    expect(page.locator("#stage[data-state=empty]")).to_be_visible()


def practise(page: Page, hands: Hands) -> None:
    """The five pictures that come before the first case."""
    hands.press(page.get_by_role("button", name="Begin"))
    for number in range(1, 6):
        expect(page.locator(f"#stage[data-state=ready][data-request-id=practice-{number}]")).to_be_visible()
        judge(page, hands, "Pass", key="a")
        expect(page.locator("#stage-lesson")).to_be_visible()
        page.keyboard.press("Enter")
    hands.press(page.get_by_role("link", name="To my queues"))
    hands.press(page.get_by_role("link", name="Review People"))


def judge(page: Page, hands: Hands, button: str, *, key: str) -> None:
    """On the stage one key is a verdict; nobody tabs to a button there."""
    if isinstance(hands, Mouse):
        hands.press(page.get_by_role("button", name=re.compile(button)))
    else:
        page.keyboard.press(key)


def open_the_delivery(page: Page, hands: Hands) -> None:
    hands.press(page.get_by_role("link", name="Manage"))
    hands.press(page.get_by_role("link", name="Deliveries"))
    hands.press(page.get_by_role("link", name=REQUEST_ID[:4]).first)
    expect(page.get_by_text("result.final").first).to_be_visible()


def put_away(page: Page, hands: Hands) -> None:
    hands.press(page.get_by_role("link", name="Board", exact=True))
    expect(page.locator("#setup")).to_contain_text("9 of 9")
    hands.press(page.locator("#setup").get_by_role("button", name="Seen"))
    expect(page.locator("#setup")).to_have_count(0)
