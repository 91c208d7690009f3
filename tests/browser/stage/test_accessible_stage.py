"""The stage for those who see little, use no mouse, cannot press letters, or read from the right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, ViewportSize, expect

from review import preferences
from review.models import Reason
from review.queues import configure
from tests.browser.pages.house import ARABIC, LONG
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage

pytestmark = pytest.mark.timeout(1800)

ENLARGED: ViewportSize = {"width": 320, "height": 256}  # a window of 1280 × 1024 at 400 %
OPENED: dict[str, Callable[[Page], object]] = {
    "ready": lambda page: None,
    "keys": lambda page: page.keyboard.press("?"),
    "sliders": lambda page: page.click("#stage-sliders-button"),
    "veil": lambda page: page.click("#stage-blur-button"),
    "why": lambda page: page.click("#stage-why"),
    "person": lambda page: page.click(".avatar"),
    "note": lambda page: page.keyboard.press("n"),
    "label": lambda page: page.focus("#stage-labels .label button"),
    "figures": lambda page: page.keyboard.type("?l"),
    "looking ahead": lambda page: page.keyboard.press("j"),
    "decided": lambda page: page.keyboard.press("x"),
    "no picture": lambda page: page.keyboard.press("x"),
}
# Three buttons beside each label are for the pointer: arrows turn the verdict on the label itself.
ACTS = "button:visible, a[href]:visible, input:visible, select:visible, textarea:visible, summary:visible"


def offences(page: Page) -> dict[str, list[str]]:
    page.evaluate(AXE_SCRIPT)
    found = {}
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found[theme] = page.evaluate(OFFENCES)
    return {theme: said for theme, said in found.items() if said}


def tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {wanted}")


@pytest.fixture
def without_letters(desk: StagePage) -> StagePage:
    preferences.save({"letters": False}, by=desk.world.alice)
    desk.add_cases(3)
    desk.sit_down()
    return desk


def test_axe_finds_nothing_whatever_is_open(desk: StagePage) -> None:
    desk.expected = ("favicon",)
    desk.add_cases(3)
    desk.add_case(img="data.img")  # which is no picture
    desk.sit_down()
    found = {}
    for state, opened in OPENED.items():
        opened(desk.page)
        found[state] = offences(desk.page)
        desk.page.keyboard.press("Escape")
        if state == "looking ahead":
            desk.page.keyboard.press("k")
    assert {state: said for state, said in found.items() if said} == {}


def test_axe_finds_nothing_on_an_empty_stage_and_on_one_without_its_server(desk: StagePage) -> None:
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/review/")
    expect(desk.page.locator("#stage[data-state=empty]")).to_be_visible()
    assert offences(desk.page) == {}
    desk.expected = ("ERR_FAILED", "Failed to load")
    desk.page.route("**/review/api/**", lambda route: route.abort())
    desk.page.reload()
    expect(desk.page.locator(".notice.failed")).to_be_visible()
    assert offences(desk.page) == {}


def test_tab_comes_to_everything_that_can_be_used(without_letters: StagePage) -> None:
    page = without_letters.page
    page.evaluate("document.activeElement.blur()")
    seen = set()
    for _ in range(100):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
    usable = page.locator(ACTS).evaluate_all(
        """found => found.filter((one) => !one.disabled && !one.closest(".label-said"))
                         .map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert len(usable) > 20
    assert set(usable) - seen == set()


def test_arrows_on_a_label_say_what_its_buttons_say(without_letters: StagePage) -> None:
    page = without_letters.page
    tab_to(page, page.locator("#stage-labels .label-main").first)
    for key, said in (("ArrowRight", "confirmed"), ("ArrowRight", "wrong"), ("ArrowLeft", "confirmed")):
        page.keyboard.press(key)
        expect(page.locator("#stage-labels [data-verdict][aria-pressed=true]")).to_have_attribute("data-verdict", said)


@pytest.mark.parametrize(("act", "verdict"), [("pass", ("PASS", "")), ("reject", ("REJECT", ""))])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_verdict_is_given_and_taken_back_without_a_letter(
    without_letters: StagePage, act: str, verdict: tuple[str, str], key: str
) -> None:
    desk, page = without_letters, without_letters.page
    first = desk.request_id
    tab_to(page, page.locator(f"button[data-act={act}]"))
    desk.press(key)
    desk.wait_for_decisions((first, *verdict))
    tab_to(page, page.locator("button[data-act=undo]"))
    desk.press(key)
    assert desk.request_id == first
    desk.wait_for_decisions()


def test_boxes_popovers_and_the_sheet_open_and_close_without_a_letter(without_letters: StagePage) -> None:
    page = without_letters.page
    faces = page.locator("button[data-act=faces]")
    tab_to(page, faces)
    page.keyboard.press("Enter")
    expect(faces).to_have_attribute("aria-pressed", "false")
    for button, opened in {
        "#stage-sliders-button": "#stage-sliders",
        "#stage-blur-button": "#stage-blur",
        ".avatar": ".menu:popover-open",
        "button[data-act=keys]": "#stage-keys",
    }.items():
        tab_to(page, page.locator(button))
        page.keyboard.press("Enter")
        expect(page.locator(opened)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(opened)).to_be_hidden()
        expect(page.locator(button)).to_be_focused()


def test_enlarged_four_times_a_verdict_is_seen_and_given(without_letters: StagePage) -> None:
    desk, page = without_letters, without_letters.page
    page.set_viewport_size(ENLARGED)
    assert page.evaluate(STICKS_OUT) == []
    for act in ("pass", "reject", "escalate", "note"):
        button = page.locator(f"button[data-act={act}]")
        tab_to(page, button)
        on_top = "node => { const at = node.getBoundingClientRect(); return node.contains(document.elementFromPoint("
        assert button.evaluate(f"{on_top}at.x + at.width / 2, at.y + at.height / 2)) }}"), (
            f"{act} is covered or outside"
        )
    first = desk.request_id
    tab_to(page, page.locator("button[data-act=pass]"))
    desk.press("Enter")
    desk.wait_for_decisions((first, "PASS", ""))


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_ask_for_that(desk: StagePage, wish: str, moves: bool) -> None:
    desk.page.emulate_media(reduced_motion=wish)  # type: ignore[arg-type] # one of two words
    desk.add_cases(3)
    desk.sit_down()
    desk.page.evaluate(
        """() => { window.moved = [];
                   const note = (event) => event.elapsedTime > 0 && window.moved.push(event.target.className);
                   document.addEventListener("animationend", note, true);
                   document.addEventListener("transitionend", note, true) }"""
    )
    desk.press("a")
    desk.page.hover("button[data-act=reject]")
    desk.page.wait_for_timeout(500)
    assert bool(desk.page.evaluate("window.moved")) == moves


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_names_of_fifty_characters_are_read_whole(desk: StagePage, width: int) -> None:
    assert len(LONG) == 50
    for queue in (desk.world.nudity, desk.world.default):
        configure.set_reasons(queue, [reason("long", 1, LONG), reason("b", 2, LONG)], by="tests")
    label = {"riskLabel1": "porn", "riskLabel2": LONG.lower().replace(" ", "_"), "riskLabel3": ""}
    desk.add_case(**label, allLabels=[label | {"probability": 0.7, "riskLevel": "REVIEW", "riskDescription": LONG}])
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.sit_down()
    cut = """found => found.filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
                           .map((one) => one.outerHTML)"""
    named = desk.page.locator("#stage-reasons button, #stage-reasons span, #stage-labels .leaf, #stage-labels small")
    expect(named.first).to_be_visible()
    assert named.evaluate_all(cut) == []
    assert desk.page.evaluate(STICKS_OUT) == []


def test_arabic_stays_in_its_place(desk: StagePage) -> None:
    """It reads from the right, and what stands around it from the left, in its order."""
    for queue in (desk.world.nudity, desk.world.default):
        configure.set_reasons(queue, [reason("a", 1, ARABIC), reason("b", 2, "Plain")], by="tests")
    desk.add_case(riskDetail={"riskSource": 1002, "ocrText": {"text": ARABIC}})
    desk.sit_down()
    page = desk.page
    assert page.locator("#stage-text .ocr").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator("#stage").evaluate("one => getComputedStyle(one).direction") == "ltr"
    lefts = page.locator(".panel h2").evaluate_all("found => found.map((one) => one.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1
    for keycap, name in zip(
        *(page.locator(f"#stage-reasons {tag}").all() for tag in ("kbd", "button > span")), strict=True
    ):
        assert (keycap.bounding_box() or {})["x"] < (name.bounding_box() or {})["x"]


def reason(code: str, key: int, name: str) -> Reason:
    return Reason(code=code, key=key, name=name, risk_label1="ad")
