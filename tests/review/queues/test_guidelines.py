"""Guidelines: what is read of a text, who writes it, who is told, and that hostile text stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.contract.values import LabelPath
from review.models import Queue
from review.presentation import task_json
from review.queues import configure, guidelines
from review.queues.guideline_markdown import read, version_of
from review.queues.guidelines import LONGEST, MOST_LINES, ChangedMeanwhile
from review.workflow import leases
from tests.factories import tasks
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.tables.contents import contents
from tests.world import World

TEXT = """Be kind.

## Nudity in profile pictures {porn, Erotic/drawn}

Bare skin is **rejected**.

- at a beach: passes
- in a bed: *Suggestive pose*

## Adverts {ad/contact_information}
## Everything else about adverts {ad}
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "https://evil.example/",
    '## <b onclick="x">heading</b> {"><script>}',
    "**<svg/onload=alert(1)>**",
    "- <style>*{display:none}</style>",
    "&lt;script&gt; &#60;script&#62;",
    "```\n<iframe src=//evil>\n```",
    "> <form action=//evil>",
    "\\<a href=x\\>",
    "[a]: javascript:alert(1)\n\n[a]",
    "# " + "*" * 5000,
    "- " * 3000 + "deep",
    "\u202eevil\u202c",
)
KNOWN = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "br", "hr"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name for name, _ in attrs}))


def test_headings_lists_and_bold_are_read() -> None:
    html = read(TEXT).html
    for piece in ("<strong>rejected</strong>", "<em>Suggestive pose</em>", '<li dir="auto">at a beach: passes</li>'):
        assert piece in html
    assert '<h2 id="guideline-1" dir="auto">Nudity in profile pictures</h2>' in html
    assert "{" not in html


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    html = read(text).html
    for tag, attributes in Tags(html).found:
        assert tag in KNOWN
        assert attributes <= {"id", "dir", "start"}
    assert inline_code(html) == []


@pytest.mark.parametrize(
    ("labels", "title"),
    [
        (["porn"], "Nudity in profile pictures"),
        (["Pornography/female_nudity/x"], "Nudity in profile pictures"),
        (["erotic/drawn/manhua"], "Nudity in profile pictures"),
        (["ad/contact_information/qq"], "Adverts"),
        (["AD/Contact_Information"], "Adverts"),
        (["ad/low_quality"], "Everything else about adverts"),
        (["ban", "ad"], "Everything else about adverts"),
        (["ban"], None),
        ([], None),
    ],
)
def test_the_heading_for_a_label_is_the_most_precise_that_names_it(labels: list[str], title: str | None) -> None:
    paths = [LabelPath(*label.split("/")) for label in labels]
    section = read(TEXT).section_for(paths)
    assert (section.title if section else None) == title


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_text_is_no_guideline(text: str) -> None:
    assert read(text).version == version_of(text) == ""


@pytest.mark.parametrize(
    ("name", "may"), [("alice", False), ("carol", True), ("dave", True), ("erin", False), ("mallory", False)]
)
def test_leads_of_the_queue_and_administrators_write(world: World, name: str, may: bool) -> None:
    by = getattr(world, name)
    if may:
        guidelines.write(world.nudity, TEXT, instead_of="", by=by)
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.by, event.on_id) == ("queue.guideline-written", by, str(world.nudity.pk))
        assert event.details == {"slug": "nudity", "before": "", "text": TEXT.strip()}
    else:
        with pytest.raises(NotAllowed):
            guidelines.write(world.nudity, TEXT, instead_of="", by=by)
    world.nudity.refresh_from_db()
    assert world.nudity.guideline == (TEXT.strip() if may else "")


def test_a_lead_writes_in_their_own_queues_only(world: World) -> None:
    configure.set_members(world.default, [world.alice], by=world.dave)
    with pytest.raises(NotAllowed):
        guidelines.write(world.default, TEXT, instead_of="", by=world.carol)


def test_of_two_who_write_at_once_the_second_is_told(world: World) -> None:
    guidelines.write(world.nudity, "one", instead_of="", by=world.carol)
    with pytest.raises(ChangedMeanwhile):
        guidelines.write(world.nudity, "two", instead_of="", by=world.dave)
    guidelines.write(world.nudity, "two", instead_of=version_of("one"), by=world.dave)
    assert [(one.event.by, one.event.details["text"]) for one in guidelines.written(world.nudity)] == [
        (world.dave, "two"),
        (world.carol, "one"),
    ]


def test_only_the_change_that_is_opened_is_compared(world: World) -> None:
    guidelines.write(world.nudity, "one\nsame", instead_of="", by=world.carol)
    guidelines.write(world.nudity, "two\nsame", instead_of=version_of("one\nsame"), by=world.dave)
    alice, address = signed_in(world.alice), "/review/queues/nudity/guideline/"
    assert 'class="difference"' not in alice.get(address).content.decode()
    links = re.findall(r'href="(\?change=\d+)#written"', alice.get(address).content.decode())
    html = alice.get(address + links[0]).content.decode()
    assert html.count('class="difference"') == 1
    assert re.findall(r"<(ins|del)>.*?</span>(.*?)</", html) == [("del", "one"), ("ins", "two")]
    assert 'class="difference"' not in alice.get(f"{address}?change=x").content.decode()


def test_a_difference_has_a_bound() -> None:
    """Many lines that are alike make comparing slow."""
    before, after = ("\n".join(f"a\n{side}{n}" for n in range(5000)) for side in "bc")
    found = guidelines.difference(before, after)
    assert len(found) <= 2 * MOST_LINES + 1
    assert found[-1].text == "…"
    assert guidelines.difference("a\nb", "a")[-1].text == "b"


def test_what_changes_nothing_is_not_written_down_and_what_is_too_long_is_refused(world: World) -> None:
    guidelines.write(world.nudity, "one", instead_of="", by=world.carol)
    seen = AuditEvent.objects.count()
    guidelines.write(world.nudity, "one\r\n", instead_of=version_of("one"), by=world.carol)
    for text in ("x" * (LONGEST + 1), "a\0b"):
        with pytest.raises(ValueError, match="characters"):
            guidelines.write(world.nudity, text, instead_of=version_of("one"), by=world.carol)
    assert AuditEvent.objects.count() == seen


def test_who_changes_a_queue_does_not_take_its_guideline_back(world: World) -> None:
    opened = Queue.objects.get(pk=world.nudity.pk)
    guidelines.write(world.nudity, TEXT, instead_of="", by=world.carol)
    opened.name = "Skin"
    configure.save(opened, by=world.dave)
    found = Queue.objects.get(pk=world.nudity.pk)
    assert (found.name, found.guideline) == ("Skin", TEXT.strip())


def test_the_stage_is_told_where_to_look(world: World) -> None:
    guidelines.write(world.nudity, TEXT, instead_of="", by=world.carol)
    tasks.waiting(world.nudity, app=world.web)
    (task,) = task_json.tasks(leases.lease(queues=["nudity"], count=1, by=world.alice))
    assert task["guideline"] == {
        "version": version_of(TEXT.strip()),
        "url": "/review/queues/nudity/guideline/",
        "title": "Nudity in profile pictures",
        "anchor": "guideline-1",
    }
    text = signed_in(world.alice).get(task["guideline"]["url"] + "?part=text").content.decode()
    assert 'id="guideline-1"' in text
    assert "<html" not in text


def test_a_queue_without_a_guideline_tells_the_stage_so(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    (task,) = task_json.tasks(leases.lease(queues=["nudity"], count=1, by=world.alice))
    assert task["guideline"] is None


GET = {
    #            alice carol dave erin mallory nobody
    "":         (200, 200,  200, 200, 404,    302),
    "?part=text": (200, 200, 200, 200, 404,   302),
    "edit/":    (403, 200,  200, 403, 404,    302),
}  # fmt: skip
PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")


@pytest.mark.parametrize(("page", "name"), list(product(GET, PEOPLE)))
def test_who_opens_what(world: World, page: str, name: str) -> None:
    before = contents()
    answer = signed_in(getattr(world, name, None)).get(f"/review/queues/nudity/guideline/{page}")
    assert answer.status_code == GET[page][PEOPLE.index(name)]
    assert contents() == before


@pytest.mark.parametrize("name", PEOPLE)
def test_who_writes_through_the_page(world: World, name: str) -> None:
    before = contents()
    answer = signed_in(getattr(world, name, None)).post("/review/queues/nudity/guideline/edit/", {"text": TEXT})
    assert answer.status_code == {"alice": 403, "erin": 403, "mallory": 404}.get(name, 302)
    assert (contents() != before) == (name in ("carol", "dave"))


def test_the_page_tells_who_wrote_it_and_keeps_what_was_typed_when_refused(world: World) -> None:
    browser, page = signed_in(world.carol), "/review/queues/nudity/guideline/edit/"
    assert submit(browser, page, "guideline-form", {"text": TEXT, "act": "save"}).status_code == 302
    html = browser.get("/review/queues/nudity/guideline/").content.decode()
    assert "Carol" in html
    assert 'href="#guideline-1"' in html
    late = browser.post(page, {"text": "late words", "instead_of": "", "act": "save"})
    assert late.status_code == 409
    sent = fields(late.content.decode(), "guideline-form")
    assert sent["text"] == ["late words"]
    assert "Somebody else has changed this meanwhile" in late.content.decode()
    assert "<del>" in late.content.decode()  # their text, which saving again would replace
    assert browser.post(page, sent | {"act": "save"}).status_code == 302  # who has seen both
    change = AuditEvent.objects.filter(action="queue.guideline-written").latest("pk")
    history = browser.get("/review/queues/nudity/guideline/", {"change": change.pk}).content.decode()
    assert "late words</ins>" in history


def test_a_preview_writes_nothing(world: World) -> None:
    before = contents()
    browser = signed_in(world.carol)
    answer = browser.post("/review/queues/nudity/guideline/edit/", {"text": "**bold**", "act": "preview"})
    assert "<strong>bold</strong>" in answer.content.decode()
    assert contents() == before


@pytest.mark.parametrize("text", HOSTILE)
def test_no_page_carries_code_of_a_guideline(world: World, text: str) -> None:
    guidelines.write(world.nudity, text, instead_of="", by=world.carol)
    browser = signed_in(world.carol)
    for page in ("", "edit/", "?part=text"):
        html = browser.get(f"/review/queues/nudity/guideline/{page}").content.decode()
        assert inline_code(html) == []
        assert "evil.example" not in "".join(str(attributes) for _, attributes in Links(html).found)


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))
