"""A picture that is only partly there says so in words; one that could not be had says when it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from moderation.messages import LedgerCode, Message
from moderation.models import PictureFetch
from tests.browser.stage_page import StagePage, _fetch_beside, picture

WHY = Message(LedgerCode.CALL_STATUS, host="127.0.0.1", status=503)


@pytest.mark.parametrize(("language", "word"), [("en", "incomplete"), ("zh-hans", "不完整")])
def test_a_cut_picture_says_that_it_is_incomplete_and_is_decided(desk: StagePage, language: str, word: str) -> None:
    chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": desk.app.url}
    desk.page.context.add_cookies([chosen])  # type: ignore[list-item] # a plain dict will do
    whole = picture()
    desk.add_case(img=desk.host.serve("/cut.jpg", whole[: len(whole) * 2 // 3]))
    desk.sit_down()
    expect(desk.page.locator(".card.on .frame .incomplete")).to_have_text(word)
    expect(desk.page.locator("#stage-size")).to_contain_text(word)
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))


def test_a_picture_to_be_tried_again_counts_down_is_decidable_and_can_be_asked_for(desk: StagePage) -> None:
    address = f"{desk.host.url}/late.jpg"
    desk.add_case(img=address)
    PictureFetch.objects.update(state="pending", failures=1, why=WHY, due_at=in_minutes(5))
    desk.add_case(img=address)
    PictureFetch.objects.update(state="pending", failures=1, why=WHY, due_at=in_minutes(5))
    desk.sit_down()
    notice = desk.page.locator(".card.on .notice")
    expect(notice).to_contain_text("Next try in 5 min")
    expect(notice).to_contain_text("127.0.0.1 answered 503")
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))
    desk.host.serve("/late.jpg", picture())
    desk.page.locator(".card.on .again").click()
    expect(desk.page.locator(".card.on .again")).to_have_text("It is fetched again now")
    _fetch_beside(1)
    expect(desk.page.locator(".card.on img.clear")).to_be_visible(timeout=15_000)


def in_minutes(minutes: int) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)
