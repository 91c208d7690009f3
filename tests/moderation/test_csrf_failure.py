"""A form that is not taken says which of three causes it was, and what to do about that one."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.world import World

PATH = "/accounts/login/"


def told(client: Client, form: dict[str, str], **more: Any) -> str:
    answer = client.post(PATH, form, **more)
    assert answer.status_code == 403
    return str(answer.content.decode())


@pytest.fixture
def browser(world: World) -> Client:
    return Client(enforce_csrf_checks=True)


def token(browser: Client) -> str:
    browser.get(PATH)
    return browser.cookies[settings.CSRF_COOKIE_NAME].value


def test_a_browser_without_cookies_is_told_to_allow_them(browser: Client) -> None:
    form = {"csrfmiddlewaretoken": token(browser)}
    browser.cookies.clear()
    page = told(browser, form)
    assert "Allow cookies for this site" in page
    assert "Nothing was changed." in page


@pytest.mark.parametrize("sent", [{}, {"csrfmiddlewaretoken": "a" * 64}, {"csrfmiddlewaretoken": "short"}])
def test_an_old_page_is_said_to_be_old(browser: Client, sent: dict[str, str]) -> None:
    token(browser)
    assert "The page you sent it from is too old" in told(browser, sent)


def test_another_address_than_ours_is_named_as_a_setting(browser: Client) -> None:
    form = {"csrfmiddlewaretoken": token(browser)}
    page = told(browser, form, headers={"Origin": "https://review.example"})
    assert "CSRF_TRUSTED_ORIGINS" in page


def test_over_https_a_strange_referer_is_the_same_cause(browser: Client) -> None:
    form = {"csrfmiddlewaretoken": token(browser)}
    page = told(browser, form, secure=True, headers={"Referer": "https://elsewhere.example/"})
    assert "CSRF_TRUSTED_ORIGINS" in page
