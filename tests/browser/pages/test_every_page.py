"""What holds on every page of the product, for everybody who may open it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.apps import apps
from django.db.models import CharField, EmailField, SlugField, TextField
from playwright.sync_api import Browser, Page

from tests.browser.pages.house import Shown, browsing, furnish, open_page, pages
from tests.browser.stage_page import StagePage
from tests.pages import inline_code
from tests.stage import signed_in

pytestmark = pytest.mark.timeout(1800)

OFFENCES = """async (only) => {
    const found = await axe.run(only ? { runOnly: { type: "rule", values: [only] } } : {});
    const offends = found.violations.filter((rule) => /serious|critical/.test(rule.impact));
    return offends.flatMap((rule) => rule.nodes.map((node) => `${rule.impact} ${rule.id}: ${node.html}`));
}"""
# What sticks out to the right, unless a container of its own scrolls it: tables, code and strips may.
STICKS_OUT = """() => {
    const scrolls = (e) => e && e !== document.body && e !== document.documentElement
        && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((e) =>
        e.checkVisibility() && !e.closest(".visually-hidden, svg") && e.getBoundingClientRect().right > innerWidth + 1
        && !scrolls(e.parentElement));
    const page = document.scrollingElement.scrollWidth;
    const whole = page > innerWidth ? [`the page is ${page} px wide`] : [];
    return [...whole, ...wide.map((e) => e.outerHTML.slice(0, 120))];
}"""
# The texts of a page that are not the data of somebody: those are marked as such.
TEXTS = """() => {
    const theirs = "script, style, noscript, code, pre, kbd, bdi, [dir=auto], [lang=en], [translate=no], .mono";
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.nodeType === Node.TEXT_NODE) node.parentElement.closest(theirs) || found.push(node.data);
        else for (const one of ["aria-label", "title", "placeholder", "alt"]) found.push(node.getAttribute(one) ?? "");
    }
    return found.map((text) => text.trim()).filter(Boolean);
}"""
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_'’-]+(?:[ ,;:]+[A-Za-z][A-Za-z0-9_'’-]+)*")
# What is called the same in Chinese: our name, names of the interface, units, kinds of files.
SAME = """second look|english|utc|sha|sha-256|jpeg|png|gif|webp|csv|json|url|id|enter|shift|esc|space|ocr|qr|re2|https?
|requestid|dataid|tokenid|btid|appid|eventid|type|finalresult|pass|review|reject|image_v4
|api|mib|utf-8|p50|p90|p95|p99|standard webhooks|exif|isignoretls|ingest_rate|risklabel[123]|true|false|sla
|risklevel|riskdescription|disposal|notchecked|auto|redis|tls|prometheus|accesskey|webhook|webhook-id|dns|location|retry-after|outbound_allowed_networks|whsec_|kib
|code|oidc_issuer|email_url|totp|pin|alt|ctrl|cookie|secret_key|json lines|amazon rekognition|deepcleer|embedded
|ban|violence|zh""".replace("\n", "")
SENTENCES = ("why", "raw", "details", "action", "body", "error")  # written down in English, told in the reader's words


@pytest.fixture
def every_page(desk: StagePage) -> list[Shown]:
    return pages(desk.world, furnish(desk))


@pytest.fixture
def walk(desk: StagePage, browser: Browser, every_page: list[Shown]) -> Callable[..., Iterator[tuple[Shown, Page]]]:
    """Every page opened, one after the other, in a browser of the person who sees it."""

    def walked(**how: Any) -> Iterator[tuple[Shown, Page]]:
        for person in sorted({shown.person for shown in every_page}):
            with browsing(browser, desk, person, **how) as page:
                for shown in every_page:
                    if shown.person == person:
                        open_page(page, desk, shown)
                        yield shown, page

    return walked


def test_every_page_is_found(every_page: list[Shown]) -> None:
    """The walk below would be silent about pages that nobody finds."""
    found = {shown.name for shown in every_page}
    assert {"review:stage", "review:case", "review:rules_edit", "review:word_list", "account_login"} <= found
    assert {"review:quarantined", "review:labels", "review:manage_apps", "not found", "not allowed"} <= found


def test_axe_finds_nothing_in_dark_and_in_light(walk: Callable[..., Any]) -> None:
    offences = {}
    for shown, page in walk(color_scheme="dark"):
        page.evaluate(AXE_SCRIPT)
        offences[f"{shown}, dark"] = page.evaluate(OFFENCES)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        offences[f"{shown}, light"] = page.evaluate(OFFENCES, "color-contrast")
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert {where: found for where, found in offences.items() if found} == {}


def test_enlarged_four_times_no_page_scrolls_two_ways(walk: Callable[..., Any]) -> None:
    """A window of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
    wide = {str(shown): page.evaluate(STICKS_OUT) for shown, page in walk(viewport={"width": 320, "height": 256})}
    assert {where: found for where, found in wide.items() if found} == {}


def test_in_chinese_no_english_is_left(desk: StagePage, walk: Callable[..., Any]) -> None:
    theirs, left = _written_by_somebody(), []
    for shown, page in walk(language="zh-hans"):
        said = {run for text in page.evaluate(TEXTS) for run in LATIN.findall(text)}
        english = {run for run in said if re.sub(rf"^({SAME})( |$)", "", run.lower()) not in theirs}
        left += [f"{shown}: {run}" for run in sorted(english)]
        assert page.locator("html[lang=zh-hans]").count(), shown
    assert left == [], "\n".join(left)


def test_no_page_holds_code_or_asks_for_anything_of_others(desk: StagePage, every_page: list[Shown]) -> None:
    for shown in every_page:
        answer = signed_in(getattr(desk.world, shown.person, None)).get(shown.path)
        assert inline_code(answer.content.decode()) == [], shown
        policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
        assert policy.pop("default-src") == "'none'", shown
        assert set(policy.values()) <= {"'self'", "'none'"}, shown


def _written_by_somebody() -> str:
    """Every name, note and id in the house, in small letters."""
    kinds = (CharField, TextField, SlugField, EmailField)
    said: list[str] = []
    for label in ("accounts", "moderation", "review"):
        for model in apps.get_app_config(label).get_models():
            names = [field.name for field in model._meta.fields if isinstance(field, kinds) and not field.choices]
            for row in model._default_manager.values_list(*(name for name in names if name not in SENTENCES))[:500]:
                said.extend(str(value) for value in row if value)
    return "\n".join([*said, *(one.replace("_", " ") for one in said)]).lower()
