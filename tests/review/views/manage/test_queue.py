"""One queue's page: all of it in one form, nothing lost between two administrators, nothing saved before "Save"."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from review.models import Membership, Queue, Reason
from review.queues import configure, teams, weights
from tests.factories import tasks
from tests.factories.labels import label, seeded
from tests.factories.verdicts import decide, take_lease
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/manage/queues/nudity/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def product(world: World) -> None:
    seeded()


@pytest.fixture
def dave(world: World) -> Client:
    return signed_in(world.dave)


def opened(client: Client) -> dict[str, Any]:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return fields(answer.content.decode(), "queue-form")


def send(client: Client, sent: dict[str, Any], *, act: str = "save", **changes: Any) -> Any:
    data = {name: value for name, value in (sent | changes).items() if value is not None}
    return client.post(PAGE, data | {"act": act})


def row(number: int, **values: Any) -> dict[str, Any]:
    return {f"reasons-{number}-{name}": value for name, value in values.items()}


def present(world: World) -> Queue:
    return Queue.objects.get(pk=world.nudity.pk)


def test_saving_what_is_there_changes_nothing(dave: Client, world: World) -> None:
    seen = AuditEvent.objects.count()
    answer = send(dave, opened(dave))
    assert answer.status_code == 302, answer.content.decode()
    assert AuditEvent.objects.count() == seen


def test_all_of_it_is_saved_at_once(dave: Client, world: World) -> None:
    team = teams.create("Night", people=[world.mallory], queues=[], by="tests")
    label("porn/kissing")
    changes = {
        **{"name": "Nudity and minors", "name_zh": "裸露与未成年人", "sla_minutes": "15", "warn_minutes": "10"},
        **{"lease_seconds": "90", "blur": "2", "note_required": "on", "weight_reach": "4", "teams": [team.pk]},
        **{"people": [world.alice.pk, world.carol.pk], "weight_critical": "45"},
        **row(2, key="5", name="Kissing", name_zh="亲吻", label="porn/kissing"),
    }
    answer = send(dave, opened(dave), **changes)
    assert answer.status_code == 302, answer.content.decode()
    queue = present(world)
    assert (queue.name_zh, queue.sla_minutes, queue.warn_minutes, queue.lease_seconds) == ("裸露与未成年人", 15, 10, 90)
    assert (queue.blur, queue.note_required) == (2, True)
    assert queue.boosts == {"reach": 4.0, "severity": {"critical": 45.0}}
    assert set(queue.members.all()) == {world.alice, world.carol, world.mallory}
    made = queue.reasons.get(code="kissing")
    assert (made.key, made.name_zh, made.risk_label2) == (5, "亲吻", "kissing")


def test_an_unknown_label_is_saved_only_with_its_tick(dave: Client, world: World) -> None:
    sent = opened(dave) | row(2, key="5", name="Kissing", label="porn/kising")
    answer = send(dave, sent)
    assert answer.status_code == 422
    assert "No label is called" in answer.content.decode()
    assert not Reason.objects.filter(name="Kissing").exists()
    assert send(dave, sent, **row(2, new_label="on")).status_code == 302
    assert Reason.objects.get(name="Kissing").risk_label2 == "kising"


@pytest.mark.parametrize(
    ("names", "path", "codes"),
    [
        (["亲吻", "拥抱"], "porn/亲吻", ["reason", "reason-2"]),
        (["亲吻", "Kissing"], "porn/kissing", ["kissing", "kissing-2"]),
        (["Nudity", "Nudity!"], "porn/kissing", ["nudity-2", "nudity-3"]),
        (["N" * 100, "N" * 99], "porn/kissing", ["n" * 40, "n" * 40 + "-2"]),
    ],
)
def test_each_new_reason_has_a_short_name_of_its_own(
    dave: Client, world: World, names: list[str], path: str, codes: list[str]
) -> None:
    sent = opened(dave) | {"reasons-TOTAL_FORMS": "4"}
    for number, name in enumerate(names, start=2):
        sent |= row(number, key=str(number + 2), name=name, label=path, new_label="on")
    shown = send(dave, sent, act="preview")
    assert all(f"+ {code} (" in shown.content.decode() for code in codes)
    answer = send(dave, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert list(present(world).reasons.values_list("code", flat=True))[2:] == codes


def test_keys_are_swapped_and_a_reason_removed(dave: Client, world: World) -> None:
    sent = opened(dave)
    assert (sent["reasons-0-code"], sent["reasons-1-code"]) == (["nudity"], ["contact"])
    assert send(dave, sent, **row(0, key="2"), **row(1, key="1")).status_code == 302
    assert list(present(world).reasons.values_list("key", "code")) == [(1, "contact"), (2, "nudity")]
    assert send(dave, opened(dave), **row(0, DELETE="on")).status_code == 302
    assert list(present(world).reasons.values_list("key", "code")) == [(2, "nudity")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"warn_minutes": "60"}, "before the SLA ends"),
        ({"name": ""}, "required"),
        ({"allowed_verdicts": None}, "required"),
        ({"weight_reach": "1e9"}, "less than or equal to 10080"),
        (row(1, key="1"), "Two reasons have the key 1"),
        (row(1, label="a//b"), "one to three levels"),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept(dave: Client, world: World, changes: dict[str, Any], told: str) -> None:
    seen = AuditEvent.objects.count()
    answer = send(dave, opened(dave), name_zh="裸露", **changes)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert told in html
    assert fields(html, "queue-form")["name_zh"] == ["裸露"]
    assert AuditEvent.objects.count() == seen


def colleague(world: World, what: str) -> None:
    queue = present(world)
    match what:
        case "settings":
            queue.sla_minutes = 30
            configure.save(queue, by=world.carol.email)
        case "blur":
            queue.blur = 3
            configure.save(queue, by=world.carol.email)
        case "members":
            configure.set_members(queue, [world.bob], by=world.carol.email)
        case "reasons":
            fresh = [Reason(code="gore", key=3, name="Gore", risk_label1="violence"), *queue.reasons.all()]
            configure.set_reasons(queue, fresh, by=world.carol.email)
        case "weights":
            parts = configure.Parts(queue.members.all(), [], list(queue.reasons.all()), {"reach": 9.0})
            configure.change(queue, parts, by=world.dave, expected_version=configure.EDITED.version(queue))
        case "teams":
            teams.create("Night", people=[world.mallory], queues=[queue], by="tests")


@pytest.mark.parametrize("what", ["settings", "blur", "members", "reasons", "weights", "teams"])
def test_a_colleagues_change_is_shown_merged_and_never_undone(dave: Client, world: World, what: str) -> None:
    sent = opened(dave)
    colleague(world, what)
    theirs = configure.EDITED.values(present(world))
    answer = send(dave, sent, name="Mine", **row(0, name="Bare skin"))
    assert answer.status_code == 409
    assert configure.EDITED.values(present(world)) == theirs
    merged = fields(answer.content.decode(), "queue-form")
    assert "changed this" in answer.content.decode()
    assert (merged["name"], merged["reasons-0-name"]) == (["Mine"], ["Bare skin"])
    assert send(dave, merged).status_code == 302
    saved = configure.EDITED.values(present(world))
    assert (saved["name"], saved["reasons"]["nudity"]["name"]) == ("Mine", "Bare skin")
    for name in theirs:
        if name not in ("name", "reasons"):
            assert saved[name] == theirs[name], name
    assert saved["reasons"].keys() == theirs["reasons"].keys()


def test_both_who_changed_the_same_are_told(dave: Client, world: World) -> None:
    sent = opened(dave)
    colleague(world, "settings")
    answer = send(dave, sent, sla_minutes="45")
    assert answer.status_code == 409
    assert "60 → 30" in answer.content.decode()
    assert fields(answer.content.decode(), "queue-form")["sla_minutes"] == ["45"]


def test_a_form_without_its_version_saves_nothing(dave: Client, world: World) -> None:
    assert send(dave, opened(dave), name="Mine", version="").status_code == 422
    assert present(world).name == "Nudity"


def test_what_is_not_saved_waits_in_sentences_with_its_way_back(dave: Client, world: World) -> None:
    sent = opened(dave) | {"sla_minutes": "15", "weight_reach": "4"} | row(0, name="Bare skin")
    seen = AuditEvent.objects.count()
    part = dave.post(f"{PAGE}changes", sent, headers=HTMX)
    html = part.content.decode()
    assert part.status_code == 200
    assert "3 changes, not saved" in html
    assert "60 → 15" in html
    assert 'hx-swap-oob="true"' in html
    back = send(dave, sent, act="", back="sla_minutes")
    kept = fields(back.content.decode(), "queue-form")
    assert (kept["sla_minutes"], kept["weight_reach"], kept["reasons-0-name"]) == (["60"], ["4"], ["Bare skin"])
    back = send(dave, kept, act="", back="reasons")
    assert fields(back.content.decode(), "queue-form")["reasons-0-name"] == ["Nudity"]
    assert AuditEvent.objects.count() == seen


def test_last_week_stands_beside_the_sla(dave: Client, world: World) -> None:
    assert "Nothing was decided here" in dave.get(PAGE).content.decode()
    tasks.waiting(world.nudity, app=world.web, count=3)
    for _ in range(3):
        decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    from django.core.cache import caches

    caches["process"].clear()
    html = dave.get(PAGE).content.decode()
    assert "within SLA in 7 days, n = 3" in html
    assert "Fewer than 20" in html


def test_the_page_costs_the_same_with_more_of_everything(dave: Client, world: World) -> None:
    dave.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        dave.get(PAGE)
    tasks.waiting(world.nudity, app=world.web, count=30)
    with CaptureQueriesContext(connection) as many:
        assert dave.get(PAGE).status_code == 200
    assert len(many) <= len(few) + 2
    assert len(many) <= 20, [one["sql"][:160] for one in many]


@pytest.mark.parametrize("pk", ["9" * 18, "9" * 30, "9" * 5000, "-1", "x"])
def test_an_id_that_nobody_has_is_no_choice(dave: Client, world: World, pk: str) -> None:
    for name in ("people", "teams"):
        sent = opened(dave) | {name: [pk]}
        assert send(dave, sent, act="preview").status_code == 200
        assert send(dave, sent).status_code == 422
        assert dave.post(f"{PAGE}changes", sent, headers=HTMX).status_code == 200


@pytest.mark.parametrize("minutes", ["1e9", "-1e300", "1e999", "nan"])
def test_a_weight_out_of_range_has_no_effect_to_show(dave: Client, world: World, minutes: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    sent = opened(dave) | {f"weight_{name}": minutes for name in weights.SEVERITIES}
    answer = send(dave, sent, act="preview")
    assert answer.status_code == 200
    assert fields(answer.content.decode(), "queue-form")["weight_critical"] == [minutes]
    assert dave.post(f"{PAGE}changes", sent, headers=HTMX).status_code == 200


@pytest.mark.parametrize("path", ["", "changes", "pause", "resume", "close", "reopen", "jobs"])
def test_it_is_for_administrators(world: World, path: str) -> None:
    for person, status in ((world.alice, 403), (world.carol, 403), (world.erin, 403), (world.mallory, 403)):
        for method in ("get", "post"):
            answer = getattr(signed_in(person), method)(PAGE + path)
            assert answer.status_code in (status, 405), (person, method)
    assert signed_in(None).get(PAGE + path).status_code in (302, 405)
    assert signed_in(world.dave).post(f"/manage/queues/unknown/{path}").status_code in (404, 405)


def test_no_script_or_style_is_in_the_page(dave: Client, world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    assert inline_code(dave.get(PAGE).content.decode()) == []


def test_it_is_in_chinese_too(world: World) -> None:
    Queue.objects.filter(pk=world.nudity.pk).update(name_zh="裸露")
    client = signed_in(world.dave)
    html = client.get(PAGE, headers={"Accept-Language": "zh-Hans"}).content.decode()
    assert "按键 1–9" in html
    assert "裸露" in client.get("/", headers={"Accept-Language": "zh-Hans"}).content.decode()


def test_who_is_in_a_team_stays_when_they_are_not_ticked(dave: Client, world: World) -> None:
    teams.create("Night", people=[world.mallory], queues=[world.nudity], by="tests")
    sent = opened(dave)
    assert str(world.mallory.pk) not in sent["people"]
    assert send(dave, sent, name="Mine").status_code == 302
    assert Membership.objects.get(queue=world.nudity, user=world.mallory).is_direct is False
