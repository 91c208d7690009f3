"""The administrators' page of the customer's own labels."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AccessKey, App
from moderation.disposal import changes, exchange, in_force
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from moderation.policy_versions import store
from review.presentation import task_json
from tests.factories import tasks
from tests.factories.policy_decisions import REJECTED, SECTION, send
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World

EVIL = "<script>document.title = 'x'</script>"
SENT = {"risk_label1": "TNS-9", "risk_label2": "", "risk_label3": "", "risk_description": "", "risk_level": ""}


@pytest.fixture
def row(world: World) -> OwnLabel:
    return changes.add(world.web, label="porn", own=Own("TNS-2", risk_description="Bodies"), by=world.dave)


def address(world: World, more: str = "") -> str:
    return f"/review/disposal/{world.web.pk}/{more}"


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def csv(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("own.csv", text.encode(), content_type="text/csv")


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_administrators_alone_open_and_change_it(world: World, row: OwnLabel, name: str) -> None:
    client, one = signed_in(getattr(world, name)), f"/review/disposal/labels/{row.pk}/"
    gets = ["/review/disposal/", address(world), address(world, "export"), one]
    posts = [address(world, "add"), address(world, "import"), one, f"{one}remove"]
    assert {client.get(url).status_code for url in gets} == {403}
    assert {client.post(url, SENT | {"label": "ad"}).status_code for url in posts} == {403}
    assert in_force.of_app(world.web.pk) == {"porn": Own("TNS-2", risk_description="Bodies")}


def test_without_an_app_the_page_teaches(admin: Client, world: World) -> None:
    AccessKey.objects.all().delete()
    App.objects.all().delete()
    page = shown(admin, "/review/disposal/")
    assert "There is no app yet." in page
    assert 'href="/manage/apps/new/"' in page
    assert admin.get("/review/disposal/?app=web").status_code == 404


def test_it_leads_to_the_app_that_is_chosen(admin: Client, world: World) -> None:
    assert (
        admin.get("/review/disposal/").headers["Location"] == f"/review/disposal/{App.objects.earliest('app_id').pk}/"
    )
    assert admin.get("/review/disposal/?app=web").headers["Location"] == address(world)
    assert admin.get("/review/disposal/?app=nobody").status_code == 404


def test_an_empty_mapping_teaches(admin: Client, world: World) -> None:
    page = shown(admin, address(world))
    assert "Nothing is mapped." in page
    assert "Every rejection had a label that is mapped, or there was none." in page


def test_it_lists_entries_with_their_use_and_what_is_unknown(admin: Client, world: World, row: OwnLabel) -> None:
    changes.add(world.web, label="porn/made_up", own=Own(EVIL), by=world.dave)
    changes.add(world.web, label="*", own=Own("other"), by=world.dave)
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED)
    answer = admin.get(address(world)).content.decode()
    assert EVIL not in answer
    lines = {line.row.label: (line.used, line.is_unknown) for line in admin.get(address(world)).context["lines"]}
    assert lines == {"porn": (1, False), "porn/made_up": (0, True), "*": (0, False)}
    found = admin.get(address(world), {"q": "bodies"}).context["lines"]
    assert [line.row for line in found] == [row]


def test_labels_are_named_in_the_readers_language(admin: Client, world: World, row: OwnLabel) -> None:
    changes.add(world.web, label="*", own=Own("other"), by=world.dave)
    client = signed_in(world.dave, headers={"accept-language": "zh-hans"})
    names = [line.name for line in client.get(address(world)).context["lines"]]
    assert names == ["其他所有标签", "色情"]


def test_a_thousand_entries_are_paged_and_cost_no_more(
    admin: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    rows = [OwnLabel(app=world.web, label=f"ad/{n:04}", key=f"ad/{n:04}", risk_label1=f"TNS-{n}") for n in range(1000)]
    OwnLabel.objects.bulk_create(rows)
    with django_assert_max_num_queries(20):
        answer = admin.get(address(world), {"page": "10"})
    assert [line.row.label for line in answer.context["lines"]] == [f"ad/{n:04}" for n in range(900, 1000)]
    assert "901–1,000 of 1,000" in html.unescape(answer.content.decode())


def test_one_click_begins_an_entry_for_an_unmapped_label(admin: Client, world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED)
    page = shown(admin, address(world))
    assert f'href="{address(world)}?label=Erotic%2Fnudity#entry"' in page
    assert 'name="label" value="Erotic/nudity"' in shown(admin, address(world, "?label=Erotic%2Fnudity"))
    answer = admin.post(address(world, "add"), SENT | {"label": "Erotic/nudity"})
    assert (answer.status_code, in_force.of_app(world.web.pk)) == (302, {"porn/nudity": Own("TNS-9")})
    assert admin.get(address(world)).context["unmapped"] == []


def test_a_refused_entry_keeps_what_was_typed(admin: Client, world: World, row: OwnLabel) -> None:
    answer = admin.post(address(world, "add"), SENT | {"label": "Erotic"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "“Erotic” is mapped already" in page
    assert 'value="TNS-9"' in page


def test_a_change_on_an_older_page_is_a_conflict_and_loses_nothing(admin: Client, world: World, row: OwnLabel) -> None:
    url, version = f"/review/disposal/labels/{row.pk}/", changes.EDITED.version(row)
    assert admin.post(url, SENT | {"version": version}).status_code == 302
    late = admin.post(url, SENT | {"risk_label1": "TNS-7", "version": version})
    page = html.unescape(late.content.decode())
    assert late.status_code == 409
    assert "riskLabel1: TNS-2 → TNS-9" in page
    assert 'value="TNS-7"' in page
    assert in_force.of_app(world.web.pk)["porn"] == Own("TNS-9")


def test_an_entry_is_removed_unless_it_was_changed(admin: Client, world: World, row: OwnLabel) -> None:
    url, version = f"/review/disposal/labels/{row.pk}/remove", changes.EDITED.version(row)
    changes.change(row, own=Own("TNS-9"), by=world.dave)
    assert admin.post(url, {"version": version}).status_code == 302
    assert OwnLabel.objects.exists()
    row.refresh_from_db()
    assert admin.post(url, {"version": changes.EDITED.version(row)}).status_code == 302
    assert not OwnLabel.objects.exists()


def test_files_go_in_and_out(admin: Client, world: World, row: OwnLabel) -> None:
    told = b"".join(admin.get(address(world, "export"))).decode()
    assert told == "\ufefflabel,riskLabel1,riskLabel2,riskLabel3,riskDescription,riskLevel\r\nporn,TNS-2,,,Bodies,\r\n"
    sent = {"file": csv("label,riskLabel1\nad,TNS-4\n"), "replace": "on", "mapping": exchange.version_of(world.web)}
    assert admin.post(address(world, "import"), sent).status_code == 302
    assert in_force.of_app(world.web.pk) == {"ad": Own("TNS-4")}
    wrong = {"file": csv("label,riskLabel1\nad\n"), "mapping": exchange.version_of(world.web)}
    answer = admin.post(address(world, "import"), wrong)
    assert (answer.status_code, "Line 2: there are 1 cells" in html.unescape(answer.content.decode())) == (422, True)


def test_the_stage_and_the_case_tell_what_the_customer_reads(admin: Client, world: World, row: OwnLabel) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    leased = take_lease(world.nudity, by=world.alice)
    (shown_task,) = task_json.tasks([leased])
    told: dict[str, Any] = {fact["name"]: fact["values"] for fact in shown_task["facts"]}
    assert told["A rejection is told as"] == [{"text": "REJECT · TNS-2 · Bodies"}]
    decide(leased, by=world.alice)
    page = shown(admin, f"/review/cases/{task.case_id}/")
    assert page.count("REJECT · TNS-2 · Bodies") == 2


def test_an_entry_that_a_colleague_has_removed_meanwhile_is_told_in_words(
    admin: Client, world: World, row: OwnLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = changes.EDITED.version(row)

    def removed_first(one: OwnLabel, **how: Any) -> None:
        OwnLabel.objects.filter(pk=one.pk).delete()
        remove(one, **how)

    remove = changes.remove
    monkeypatch.setattr(changes, "remove", removed_first)
    answer = admin.post(f"/review/disposal/labels/{row.pk}/remove", {"version": version}, follow=True)
    page = html.unescape(answer.content.decode())
    assert "matching query does not exist" not in page
    assert "porn is not mapped any more." in page
