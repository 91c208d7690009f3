"""An administrator invites somebody, who joins, sets up a passkey, and signs in with it: in a browser, to the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.browser.pages.house import browsing
from tests.browser.stage_page import StagePage
from tests.waiting import PATIENCE_MS

PASSWORD = "seven green lanterns over water"
HANA = "hana@example.test"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def hanas(browser: Browser) -> Iterator[Page]:
    """Hana's browser, with a device that can unlock."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()


def invite(browser: Browser, desk: StagePage) -> str:
    """Dave invites Hana; the path of her link."""
    with browsing(browser, desk, "dave") as page:
        page.goto(f"{desk.app.url}/manage/people/")
        page.get_by_label("Addresses, one a line").fill(HANA)
        page.locator("#invite").get_by_label("Nudity").check()
        page.get_by_role("button", name="Make links").click()
        link = page.locator("[data-secret]").inner_text()
        page.get_by_role("link", name="I have stored it").click()
        expect(page.get_by_text(HANA)).to_be_visible()
    return re.sub(r"^https?://[^/]+", "", link)


def test_from_an_invitation_to_a_sign_in_with_a_passkey(desk: StagePage, browser: Browser, hanas: Page) -> None:
    path = invite(browser, desk)
    here = desk.app.url.replace("127.0.0.1", "localhost")  # no passkeys for bare addresses
    hanas.goto(here + path)
    hanas.get_by_label("Your name").fill("Hana Sato")
    hanas.get_by_label("Password").fill(PASSWORD)
    hanas.get_by_role("button", name="Join").click()
    expect(hanas.get_by_text("nothing else is open before")).to_be_visible()
    hanas.goto(f"{here}/review/")
    expect(hanas).to_have_url(f"{here}/accounts/2fa/")
    hanas.get_by_role("link", name="Add a passkey").click()
    hanas.get_by_role("button", name="Add").click()
    expect(hanas).to_have_url(re.compile(r"/accounts/2fa/(webauthn|recovery-codes)/(\?.*)?$"))
    hanas.goto(f"{here}/")
    expect(hanas).to_have_url(f"{here}/")

    hanas.context.clear_cookies()
    hanas.goto(f"{here}/accounts/login/")
    hanas.locator("[name=login]").fill(HANA)
    hanas.locator("[name=password]").fill(PASSWORD)
    hanas.get_by_role("button", name="Sign in", exact=True).click()
    hanas.locator("#mfa_webauthn_authenticate").click()
    expect(hanas).to_have_url(f"{here}/")
    assert list(User.objects.get(email=HANA).queues.all()) == [desk.world.nudity]


def test_a_row_opens_beside_the_list_which_keeps_its_place(desk: StagePage, browser: Browser) -> None:
    with browsing(browser, desk, "dave") as page:
        page.goto(f"{desk.app.url}/manage/people/?q=example")
        page.get_by_role("link", name="Alice").click()
        expect(page).to_have_url(re.compile(rf"\?q=example&person={desk.world.alice.pk}$"))
        expect(page.locator("#person").get_by_label("Name")).to_have_value("Alice")
        page.locator("#person").get_by_label("Name").fill("Alicia")
        page.locator("#person").get_by_role("button", name="Save").click()
        expect(page.get_by_text("Alicia is saved.")).to_be_visible()
        expect(page.get_by_role("searchbox", name="Name, address or queue")).to_have_value("example")
