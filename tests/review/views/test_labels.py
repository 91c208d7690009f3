"""The page on which administrators name and rate labels."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from moderation import labels
from moderation.models import Label
from tests.factories.labels import label, many, seeded
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/labels/"
HTMX = {"HX-Request": "true"}
NAMED = {"name_en": "Hidden contact", "name_zh": "隐藏联系方式", "severity": "high"}


def sent(one: Label, **changes: str) -> dict[str, str]:
    """What the form would send that was opened on the label as it is."""
    one.refresh_from_db()
    return NAMED | {"aliases": "", "version": labels.EDITED.version(one)} | changes


ROLES = (("alice", 403), ("carol", 403), ("dave", 200), ("erin", 403), ("mallory", 403), ("nobody", 302))


@pytest.fixture(autouse=True)
def product(world: World) -> None:
    seeded()


def listed(client: Client, query: str = "", **headers: str) -> list[str]:
    """The paths of the rows, in their order."""
    answer = client.get(PAGE + query, headers=headers)
    assert answer.status_code == 200
    return re.findall(r'<div class="path[^"]*"><bdi>([^<]+)</bdi>', answer.content.decode())


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.parametrize(("name", "status"), ROLES)
def test_the_page_is_for_administrators(world: World, name: str, status: int) -> None:
    one = label("fraud/hidden")
    client = signed_in(getattr(world, name, None))
    for address in (PAGE, f"{PAGE}?edit={one.pk}", f"{PAGE}?q=nudity"):
        assert client.get(address).status_code == status
    in_part = 401 if name == "nobody" else status
    assert client.get(f"{PAGE}{one.pk}/?edit=1", headers=HTMX).status_code == in_part
    assert client.post(f"{PAGE}{one.pk}/", sent(one)).status_code == (302 if status == 200 else status)
    assert client.post(f"{PAGE}{one.pk}/", sent(one), headers=HTMX).status_code == in_part
    assert Label.objects.filter(**NAMED).exists() == (name == "dave")
    assert AuditEvent.objects.filter(action="label.named").exists() == (name == "dave")


@pytest.mark.parametrize(("name", "status"), ROLES)
def test_the_menu_leads_there_for_who_may(world: World, name: str, status: int) -> None:
    answer = signed_in(getattr(world, name, None)).get("/review/rules/", follow=True)
    assert (f'href="{PAGE}"' in answer.content.decode()) == (status == 200)


def test_without_the_csrf_token_nothing_is_saved(world: World) -> None:
    one = label("fraud/hidden")
    client = signed_in(world.dave, enforce_csrf_checks=True)
    assert client.post(f"{PAGE}{one.pk}/", sent(one)).status_code == 403
    assert not Label.objects.filter(**NAMED).exists()


def test_a_page_shows_fifty_of_all_and_where_the_others_are(admin: Client) -> None:
    assert Label.objects.count() == 104
    pages = [listed(admin, f"?page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 4]
    assert len({path for page in pages for path in page}) == 104
    answer = admin.get(PAGE)
    assert "104 labels" in text(answer)
    assert "1–50 of 104" in text(answer)
    assert 'rel="next" href="/review/labels/?page=2"' in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("?q=razor", ["ban/controlled_bladed_weapons/blade_or_razor"]),
        ("?q=剃刀", ["ban/controlled_bladed_weapons/blade_or_razor"]),
        ("?q=RAZOR%20blade", ["ban/controlled_bladed_weapons/blade_or_razor"]),
        ("?q=porn/female_nudity", ["porn/female_nudity", "porn/female_nudity/nvxiongloudian"]),
        ("?q=100%25", []),
        ("?q=hidden&unnamed=on", ["fraud/hidden", "fraud/hidden/rated"]),
        ("?seen=on", ["fraud", "fraud/hidden", "fraud/hidden/rated", "fraud/named"]),
        ("?category=fraud", ["fraud", "fraud/hidden", "fraud/hidden/rated", "fraud/named"]),
        ("?category=FRAUD&seen=on&unnamed=on", ["fraud", "fraud/hidden", "fraud/hidden/rated"]),
        ("?category=fraud&severity=low", ["fraud/hidden/rated"]),
        ("?category=fraud&severity=none", ["fraud", "fraud/named"]),
        ("?category=fraud&severity=critical", ["fraud/hidden"]),
        ("?q=detailed&severity=critical", ["sexy/hidden/detailed"]),
        ("?q=detailed&severity=moderate", []),
        ("?category=fraud&severity=absurd", ["fraud", "fraud/hidden", "fraud/hidden/rated", "fraud/named"]),
        ("?category=nowhere", []),
        ("?category=Polity&q=RMB", ["politics/domestic_political_symbols/chinese_yuan"]),
        ("?page=absurd&edit=absurd&q=linear", ["qr/linear_barcode", "qr/linear_barcode/linear_barcode"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_from_its_address(admin: Client, query: str, paths: list[str] | None) -> None:
    label("fraud")
    label("fraud/hidden", severity="critical")
    label("fraud/hidden/rated", severity="low")
    label("fraud/named", name_zh="有名字")
    label("sexy/hidden", source="product", first_seen_at=None, name_en="Sly", severity="critical")
    label("sexy/hidden/detailed", source="product", first_seen_at=None, name_en="Sly")
    found = listed(admin, query)
    assert found == paths if paths is not None else len(found) == 50
    if paths is not None:
        assert f"{len(paths)} label" in text(admin.get(PAGE + query))
        assert listed(admin, query, **HTMX) == paths


def test_a_severity_is_shown_with_where_it_comes_from(admin: Client) -> None:
    label("ban/hidden", severity="low")
    label("ban/hidden/below")
    label("fraud/alone")
    assert "critical from ban product" in text(admin.get(f"{PAGE}?q=illicit_drugs/cannabis"))
    assert "low from ban/hidden" in text(admin.get(f"{PAGE}?q=hidden/below"))
    assert re.search(r"ban/hidden low \w", text(admin.get(f"{PAGE}?q=ban/hidden")))
    assert "not named fraud/alone –" in text(admin.get(f"{PAGE}?q=alone"))


def test_a_label_is_named_without_any_script(admin: Client) -> None:
    one = label("fraud/hidden")
    query = f"?q=fraud&severity=none&edit={one.pk}"
    opened = admin.get(PAGE + query)
    form = f"name-{one.pk}"
    assert fields(opened.content.decode(), form) | {"csrfmiddlewaretoken": ["…"]} == {
        "csrfmiddlewaretoken": ["…"], "version": [labels.EDITED.version(one)],
        "name_en": [""], "name_zh": [""], "severity": [""], "aliases": [""],
    }  # fmt: skip
    action = re.search(rf'id="{form}"[^>]+action="([^"]+)"', opened.content.decode())
    assert action
    answer = admin.post(action[1].replace("&amp;", "&"), sent(one))
    assert answer["Location"] == f"{PAGE}?q=fraud&severity=none#label-{one.pk}"
    one.refresh_from_db()
    assert (one.name_en, one.name_zh, one.severity) == tuple(NAMED.values())
    assert "fraud/hidden is saved." in text(admin.get(answer["Location"]))


def test_a_severity_is_given_back_to_the_level_above(admin: Client) -> None:
    one = label("ban/hidden", name_en="Hidden", severity="low")
    opened = admin.get(f"{PAGE}?q=ban/hidden&edit={one.pk}")
    assert "critical, as ban has it" in text(opened)
    filled = fields(opened.content.decode(), f"name-{one.pk}")
    assert (filled["name_en"], filled["severity"]) == (["Hidden"], ["low"])
    admin.post(f"{PAGE}{one.pk}/", sent(one, name_en="Hidden", name_zh="", severity=""))
    one.refresh_from_db()
    assert one.severity is None


def test_a_row_opens_is_saved_and_closes_in_place(admin: Client) -> None:
    one = label("fraud/hidden")
    opened = admin.get(f"{PAGE}{one.pk}/?edit=1&q=fraud", headers=HTMX).content.decode()
    assert opened.strip().startswith(f'<tr id="label-{one.pk}"')
    assert "<html" not in opened
    saved = admin.post(f"{PAGE}{one.pk}/?q=fraud", sent(one), headers=HTMX)
    assert (saved.status_code, "<form" in saved.content.decode()) == (200, False)
    assert "Hidden contact 隐藏联系方式 fraud/hidden high" in text(saved)
    assert "saved Edit" in text(saved)
    closed = admin.get(f"{PAGE}{one.pk}/?q=fraud", headers=HTMX)
    assert "saved" not in text(closed)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name_en": "x" * 151}, "at most 150 characters"),
        ({"severity": "absurd"}, "absurd is not one of the available choices"),
        ({"name_zh": "a\u200bb"}, "cannot contain control characters"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_is_kept(
    admin: Client, headers: dict[str, str], wrong: dict[str, str], told: str
) -> None:
    one = label("fraud/hidden")
    answer = admin.post(f"{PAGE}{one.pk}/?q=fraud", sent(one, **wrong), headers=headers)
    assert answer.status_code == (200 if headers else 422)
    assert told in text(answer)
    kept = fields(answer.content.decode(), f"name-{one.pk}")
    assert kept["name_en"] == [(NAMED | wrong)["name_en"]]
    one.refresh_from_db()
    assert (one.name_en, one.severity) == ("", None)


def test_a_row_by_itself_leads_to_its_page_and_one_that_is_not_there_is_a_404(admin: Client) -> None:
    one = label("fraud/hidden")
    answer = admin.get(f"{PAGE}{one.pk}/?q=fraud")
    assert answer["Location"] == f"{PAGE}?q=fraud&edit={one.pk}"
    assert admin.get(f"{PAGE}{10**18}/", headers=HTMX).status_code == 404
    assert admin.post(f"{PAGE}{10**18}/", NAMED).status_code == 404


def test_hostile_identifiers_and_names_are_only_text(admin: Client) -> None:
    one = label('fraud/<script>alert("1")<|script>'.replace("|", "\\"), name_en="</td><b onclick=x>")
    html = admin.get(f"{PAGE}?q=fraud&edit={one.pk}&category=<script>").content.decode()
    assert "<script>alert" not in html
    for address in (f"{PAGE}?q=fraud", f"{PAGE}?q=fraud&edit={one.pk}", PAGE):
        assert inline_code(admin.get(address).content.decode()) == []


def test_the_way_back_in_the_browser_gets_the_whole_page(admin: Client) -> None:
    part = admin.get(f"{PAGE}?q=razor", headers=HTMX)
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    whole = admin.get(f"{PAGE}?q=razor", headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert "<html" in whole.content.decode()


def test_a_page_of_twenty_thousand_labels_costs_a_few_queries(admin: Client) -> None:
    many(20_000)
    admin.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        assert len(listed(admin, "?severity=critical&q=detector&page=90")) == 50
    assert len(queries) <= 8


def test_the_page_in_chinese(world: World) -> None:
    client = signed_in(world.dave, headers={"accept-language": "zh-hans"})
    assert "涉政" in text(client.get(PAGE))


@pytest.mark.parametrize("missing", ["name_en", "name_zh", "severity", "aliases"])
def test_what_arrives_in_part_empties_nothing(world: World, missing: str) -> None:
    one, client = label("fraud/hidden"), signed_in(world.dave)
    client.post(f"{PAGE}{one.pk}/", sent(one))
    part = {name: "" for name in sent(one) if name != missing}
    answer = client.post(f"{PAGE}{one.pk}/", part)
    assert (answer.status_code, "did not arrive whole" in text(answer)) == (422, True)
    assert Label.objects.filter(pk=one.pk, **NAMED).exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_page_opened_earlier_undoes_no_name(world: World, headers: dict[str, str]) -> None:
    """What a colleague gave is told and shown; what was typed is kept, and saved when it is sent again."""
    one, client = label("fraud/hidden"), signed_in(world.dave)
    stale = sent(one, name_en="", name_zh="我的名字", severity="")
    labels.name(one, name_en="Theirs", name_zh="", severity="low", by="tests")
    answer = client.post(f"{PAGE}{one.pk}/", stale, headers=headers)
    assert answer.status_code == (200 if headers else 409)
    assert "tests changed this" in text(answer)
    one.refresh_from_db()
    assert (one.name_en, one.name_zh, one.severity) == ("Theirs", "", "low")
    shown = fields(answer.content.decode(), f"name-{one.pk}")
    assert [shown[name] for name in NAMED] == [["Theirs"], ["我的名字"], ["low"]]
    client.post(f"{PAGE}{one.pk}/", {name: value[0] for name, value in shown.items()}, headers=headers)
    one.refresh_from_db()
    assert (one.name_en, one.name_zh, one.severity) == ("Theirs", "我的名字", "low")
