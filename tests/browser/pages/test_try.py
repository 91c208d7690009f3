"""A photograph is dropped, looked at by the engine of this host, decided on the stage and delivered: the whole way."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import qrcode
from django.conf import settings
from django.db import connections
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from moderation.media.fetch import fetch_due
from moderation.models import Delivery, Endpoint, TriedPicture
from moderation.webhooks import endpoints
from moderation.webhooks.deliver import deliver_due
from tests.browser.stage_page import StagePage
from tests.moderation.engines.drawn_pages import FACE, overlap, photograph
from tests.moderation.engines.embedded.installed import needs_all_parts
from tests.stage import signed_in

DROP = """async ([name, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, { type: "image/jpeg" }));
    document.getElementById("try-drop").dispatchEvent(
        new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


def photo() -> bytes:
    """A photograph with a face, a line of text and a code."""
    taken = photograph()
    assert taken is not None, "scikit-image, which has the photograph, is not installed"
    canvas = Image.new("RGB", (taken.width, taken.height + 220), "white")
    canvas.paste(taken, (0, 0))
    font = ImageFont.load_default(size=40)
    ImageDraw.Draw(canvas).text((16, taken.height + 80), "CALL 12345 NOW", fill="black", font=font)
    canvas.paste(
        qrcode.make("https://example.test/join").convert("RGB").resize((200, 200)),
        (canvas.width - 210, taken.height + 10),
    )
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=92)
    return file.getvalue()


def aside(work: Callable[[], object]) -> None:
    """Playwright's event loop runs in this thread already."""

    def worked() -> None:
        work()
        connections.close_all()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(worked).result()


def come_as(desk: StagePage, person: str) -> None:
    cookie = signed_in(getattr(desk.world, person)).cookies[settings.SESSION_COOKIE_NAME]
    desk.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": desk.app.url}])


def drop(page: Page, name: str, data: bytes) -> None:
    page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def step(page: Page, name: str, state: str) -> None:
    expect(page.locator(f'.track > [data-step="{name}"].{state}')).to_be_visible()


@needs_all_parts
def test_the_whole_way_of_a_photograph(desk: StagePage) -> None:
    endpoint = Endpoint(name="shop", url=f"{desk.host.url}/hook", types=["result.final"])
    endpoints.create(endpoint, apps=[], by=desk.world.dave)
    page = desk.page
    come_as(desk, "carol")
    desk.open("/try/")
    drop(page, "counter.jpg", photo())
    step(page, "answered", "done")
    aside(lambda: list(fetch_due()))
    boxes = page.locator("#try-picture svg.evidence [data-kind]")
    expect(boxes.first).to_be_visible()
    kinds = {box.get_attribute("data-kind") for box in boxes.all()}
    assert kinds == {"face", "qr", "text"}
    places = [
        json.loads(f"[{box.get_attribute('data-location')}]")
        for box in boxes.all()
        if box.get_attribute("data-kind") == "face"
    ]
    assert max(overlap(place, FACE) for place in places) > 0.4
    expect(page.locator("#try-picture svg.tags")).to_contain_text("face", ignore_case=True)
    picture = page.locator("#try-picture .picture").bounding_box()
    for layer in ("evidence", "tags"):
        assert page.locator(f"#try-picture svg.{layer}").bounding_box() == pytest.approx(picture, abs=1), layer
    step(page, "queue", "done")
    assert '"finalResult": 0' in page.locator("#try-answer pre").inner_text()
    _is_decided_and_delivered(desk)


def _delivered(desk: StagePage) -> bool:
    aside(deliver_due)
    return bool(desk.host.received)


def _is_decided_and_delivered(desk: StagePage) -> None:
    page = desk.page
    tried = page.url
    page.locator("#take").click()
    page.locator("#lease button").click()
    desk.wait_ready()
    page.keyboard.press("a")
    page.wait_for_function("document.getElementById('stage-status').textContent.length > 0")
    desk.wait_for(lambda: Delivery.objects.exists(), what="the verdict")
    page.goto(tried)
    step(page, "verdict", "done")
    step(page, "webhook", "live")
    desk.wait_for(lambda: _delivered(desk), what="the webhook")
    step(page, "webhook", "done")
    body = json.loads(desk.host.received[0].body)
    assert body["data"]["requestId"] == TriedPicture.objects.get().request_id
    assert page.locator("#way").get_attribute("data-over") == "yes"


def test_by_keyboard_and_what_is_no_picture_is_said(desk: StagePage) -> None:
    come_as(desk, "dave")
    page = desk.page
    desk.open("/try/")
    drop(page, "a.jpg", b"GIF89a")
    step(page, "answered", "failed")
    expect(page.locator('[data-step="answered"]')).to_contain_text("190")
    page.get_by_role("link", name="Another picture").focus()
    page.keyboard.press("Enter")
    page.get_by_label("or its URL").fill("ftp://example.test/a.png")
    desk.expected = ("422",)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("1902")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
