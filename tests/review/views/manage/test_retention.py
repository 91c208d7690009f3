"""The pages of retention: counted before it is saved, two administrators at once, erasing a subject, legal holds."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit_chain import append
from accounts.models import AuditEvent
from moderation.models import Case, Erasure, LegalHold
from review.models import RetentionRule
from review.retention import subjects
from tests.review.retention.kept import keep_for, old
from tests.review.retention.subject import MARK, TOKEN, over
from tests.stage import signed_in
from tests.world import World


@pytest.fixture(autouse=True)
def no_undo_window(settings: Any) -> None:
    settings.UNDO_SECONDS = 0


def version(page: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    return found[1]


def token(page: str) -> str:
    found = re.search(r'name="counted" value="([^"]+)"', page)
    return found[1] if found else ""


def fill(client: Client, address: str, **typed: str) -> tuple[Any, dict[str, str]]:
    """Open the form and count. Returns the answer, and what the form would send."""
    sent = {"version": version(client.get(address).content.decode()), **typed}
    counted = client.post(address, sent)
    return counted, sent | {"counted": token(counted.content.decode()), "save": "1"}


DEFAULT = "/manage/retention/default/"


def test_what_would_go_is_counted_before_it_is_saved(admin: Client, world: World) -> None:
    old(world.web, 3)
    counted, sent = fill(admin, DEFAULT, pictures_days="30")
    assert (
        "This would erase 3 pictures, the texts of 0 cases and the records of 0 cases now." in counted.content.decode()
    )
    assert not RetentionRule.objects.exists()
    assert admin.post(DEFAULT, sent).status_code == 422, "the number of cases was not typed"
    assert admin.post(DEFAULT, sent | {"typed": "2"}).status_code == 422
    assert not RetentionRule.objects.exists()
    assert admin.post(DEFAULT, sent | {"typed": "3"}).status_code == 302
    assert RetentionRule.objects.get().pictures_days == 30


def test_nothing_is_saved_that_was_not_counted(admin: Client, world: World) -> None:
    _, sent = fill(admin, DEFAULT, pictures_days="30")
    for changed in ({"pictures_days": "29"}, {"counted": ""}, {"counted": "x:y"}, {"records_days": "30"}):
        answer = admin.post(DEFAULT, sent | changed)
        assert answer.status_code == 422
        assert "Count what this would erase first" in answer.content.decode()
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize(("typed", "days"), [("keep", 0), ("保留", 0), ("", None), ("1", 1), (" 365 ", 365)])
def test_what_may_be_typed(admin: Client, world: World, typed: str, days: int | None) -> None:
    _, sent = fill(admin, DEFAULT, pictures_days=typed, bodies_days="7")
    assert admin.post(DEFAULT, sent).status_code == 302
    assert RetentionRule.objects.get().pictures_days == days


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "36501", "ever", "١٢", "9" * 30])
def test_what_is_no_number_of_days_is_named(admin: Client, world: World, typed: str) -> None:
    counted, _ = fill(admin, DEFAULT, pictures_days=typed)
    assert counted.status_code == 422
    assert "Write a number of days from 1 to 36500, or “keep”." in counted.content.decode()


def test_a_rule_of_a_queue_and_a_label(admin: Client, world: World) -> None:
    address = reverse("review:manage_retention_new")
    _, sent = fill(admin, address, queue="nudity", label="porn/nudity", bodies_days="10")
    assert admin.post(address, sent).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.queue, rule.label, rule.bodies_days) == (world.nudity, "porn/nudity", 10)
    listed = admin.get("/manage/retention/").content.decode()
    assert "porn/nudity" in listed
    assert "10 days" in listed
    _, sent = fill(admin, address, queue="nudity", label="porn/nudity", bodies_days="11")
    assert "There is a rule for this already" in admin.post(address, sent).content.decode()
    assert RetentionRule.objects.get().bodies_days == 10


def test_a_rule_that_says_nothing_any_more_is_removed(admin: Client, world: World) -> None:
    rule = RetentionRule.objects.create(queue=world.nudity, pictures_days=3)
    address = reverse("review:manage_retention_rule", args=[rule.pk])
    _, sent = fill(admin, address, pictures_days="")
    assert admin.post(address, sent).status_code == 302
    assert not RetentionRule.objects.exists()


def test_a_colleagues_change_is_not_undone(admin: Client, world: World) -> None:
    _, sent = fill(admin, DEFAULT, pictures_days="30")
    keep_for(world, bodies=5)
    answer = admin.post(DEFAULT, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else has changed this meanwhile" in page
    assert 'value="30"' in page
    assert 'value="5"' in page
    assert RetentionRule.objects.get().pictures_days is None


def test_a_change_is_in_the_audit_with_what_was_before(admin: Client, world: World) -> None:
    _, sent = fill(admin, DEFAULT, pictures_days="30")
    admin.post(DEFAULT, sent)
    event = AuditEvent.objects.get(action="retention.changed")
    assert event.details["before"] == {"pictures_days": None, "bodies_days": None, "records_days": None}
    assert event.details["after"]["pictures_days"] == 30
    assert "changed how long data of" in admin.get("/manage/audit/").content.decode()


def test_a_subject_is_counted_confirmed_and_certified(admin: Client, world: World) -> None:
    over(world)
    about = {"token_id": TOKEN, "app": ""}
    counted = admin.post("/manage/retention/subjects/", about)
    assert "1 case, 1 with a picture." in counted.content.decode()
    start = "/manage/retention/subjects/start"
    assert admin.post(start, about).status_code == 422
    assert admin.post(start, about | {"typed": "2"}).status_code == 422
    assert not Erasure.objects.exists()
    answer = admin.post(start, about | {"typed": "1"})
    erasure = Erasure.objects.get()
    assert answer["Location"] == f"/manage/retention/subjects/{erasure.pk}/"
    assert 'data-state="running"' in admin.get(answer["Location"]).content.decode()
    assert admin.get(f"{answer['Location']}certificate").status_code == 404
    subjects.work(for_seconds=30)
    append.append()
    page = admin.get(answer["Location"]).content.decode()
    assert 'data-state="finished"' in page
    download = admin.get(f"{answer['Location']}certificate")
    assert download["Content-Disposition"] == f'attachment; filename="erasure-{erasure.pk}.json"'
    told = json.loads(download.content)
    assert len(told["audit"]["hash"]) == 64
    assert MARK not in download.content.decode()
    assert MARK not in page


def test_the_pages_that_showed_it_say_that_it_was_erased(admin: Client, world: World) -> None:
    case = over(world)
    subjects.begin(TOKEN, app=None, counted=1, by=world.dave)
    subjects.work(for_seconds=30)
    for person in (world.dave, world.carol, world.erin):
        page = signed_in(person).get(f"/review/cases/{case.pk}/")
        assert page.status_code == 200
        assert "The picture was erased with all that was kept of this subject." in page.content.decode()
        assert MARK not in page.content.decode()
    for path in ("/review/cases/", "/manage/audit/", "/manage/deliveries/", "/review/", "/", "/review/reports/"):
        page = admin.get(path, follow=True)
        assert page.status_code == 200, path
        assert MARK not in page.content.decode(), path
    answer = admin.get(f"/api/v1/results/{case.request_id}?appId=web", headers=world.bearer)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["erased"], told["tokenId"]) == (["pictures", "bodies", "records"], "")
    assert told["machineResult"]["message"] == "erased"
    assert told["finalResult"]["riskLevel"] == "REJECT"
    events = admin.get("/api/v1/events", headers=world.bearer)
    assert (events.status_code, MARK in events.content.decode()) == (200, False)


def test_an_administrator_places_and_lifts_a_hold_on_the_cases_page(admin: Client, world: World) -> None:
    case = over(world)
    place, lift = f"/review/cases/{case.pk}/hold", f"/review/cases/{case.pk}/lift-hold"
    admin.post(place, {"reason": " "})
    assert not LegalHold.objects.exists()
    admin.post(place, {"reason": "<b>Asked</b> for by a court."})
    page = admin.get(f"/review/cases/{case.pk}/").content.decode()
    assert "&lt;b&gt;Asked&lt;/b&gt; for by a court." in page
    assert "for by a court" in admin.get("/manage/retention/").content.decode()
    assert "for by a court" in signed_in(world.carol).get(f"/review/cases/{case.pk}/").content.decode()
    assert "lift-hold" not in signed_in(world.carol).get(f"/review/cases/{case.pk}/").content.decode()
    admin.post(lift, {"reason": "It has decided."})
    assert LegalHold.objects.get().lift_reason == "It has decided."
    assert Case.objects.count() == 1
