"""Practice: who is led there, what it keeps, and that nothing of it can leave."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from demo.draw_practice import SCENES, drawing_of
from moderation.models import Delivery, FinalResult
from review.models import Decision, Membership, PracticeAnswer, PracticeSession, Queue
from review.permissions import check_works_in, queues_of
from review.practice import strings
from review.practice.lessons import LESSONS, REASONS, drawn
from review.queues import configure, onboarding
from review.refusals import NotAcceptable
from review.workflow import assign, defer, leases
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import call, lease, signed_in, verdict
from tests.tables.contents import contents
from tests.world import World, person

PRACTICE_TABLES = {"review_practicesession", "review_practiceanswer"}
RIGHT = [("PASS", ""), ("REJECT", "contact-ad"), ("REJECT", ""), ("PASS", "")]


@pytest.fixture
def newcomer(world: World) -> User:
    """Nina was made a moderator today and put into *nudity*, which asks for practice."""
    Queue.objects.filter(pk=world.nudity.pk).update(practice_first=True)
    world.nudity.refresh_from_db()
    nina = person("nina")
    configure.set_members(world.nudity, [world.alice, world.bob, world.carol, nina], by=world.dave)
    return nina


def begun(user: User) -> Client:
    browser = signed_in(user)
    assert browser.post("/review/practice/begin").status_code == 302
    return browser


def practise(browser: Client) -> None:
    """The five answers of the guideline."""
    shown = call(browser, "practice/lease", {}).json()["tasks"]
    for task, (said, reason) in zip(shown, RIGHT, strict=False):
        assert call(browser, "practice/decide", verdict(task, verdict=said, reason=reason)).status_code == 200
    escalated = {"taskId": shown[4]["taskId"], "leaseToken": shown[4]["leaseToken"]}
    assert call(browser, "practice/escalate", escalated).status_code == 200


@pytest.mark.parametrize("path", ["/", "/review/", "/review/queues/nudity/"])
def test_a_new_moderator_is_led_to_practice_first(newcomer: User, path: str) -> None:
    answer = signed_in(newcomer).get(path)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/review/practice/")


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "dave", "erin", "mallory"])
def test_who_was_there_before_is_led_nowhere(world: World, newcomer: User, name: str) -> None:
    assert signed_in(getattr(world, name)).get("/").status_code == 200
    assert not Membership.objects.exclude(user=newcomer).filter(practises=True).exists()


def test_before_practice_nothing_is_handed_out_whatever_the_page_asks_for(world: World, newcomer: User) -> None:
    tasks.waiting(world.nudity, app=world.web, count=3)
    browser = signed_in(newcomer)
    for asked in ([], ["nudity"]):
        assert call(browser, "lease", {"queues": asked}).json() == {"tasks": [], "waiting": 0, "leasedByOthers": 0}
    assert queues_of(newcomer).count() == 0
    with pytest.raises(NotAllowed, match="Practice first"):
        check_works_in(newcomer, world.nudity.pk)
    leased = take_lease(world.nudity, by=world.bob)
    with pytest.raises(NotAcceptable):
        assign.ask_second_opinion(lease_key_of(leased), to=newcomer, by=world.bob)


@pytest.mark.parametrize("why", ["decided before", "works elsewhere", "leads", "not asked here", "practised"])
def test_who_is_not_asked(world: World, why: str) -> None:
    nina = person("nina")
    Queue.objects.filter(pk=world.nudity.pk).update(practice_first=why != "not asked here")
    world.nudity.refresh_from_db()
    if why == "works elsewhere":
        configure.set_members(world.default, [nina], by=world.dave)
    elif why == "leads":
        User.objects.filter(pk=nina.pk).update(role="lead")
    elif why == "practised":
        practise(begun(nina))
    elif why == "decided before":
        tasks.waiting(world.nudity, app=world.web)
        configure.set_members(world.default, [nina], by=world.dave)
        tasks.waiting(world.default, app=world.web)
        decide(take_lease(world.default, by=nina), by=nina)
        configure.set_members(world.default, [], by=world.dave)
    configure.set_members(world.nudity, [nina], by=world.dave)
    assert Membership.objects.get(queue=world.nudity, user=nina).practises is False


def test_after_five_verdicts_the_queues_hand_out_their_cases(world: World, newcomer: User) -> None:
    tasks.waiting(world.nudity, app=world.web)
    browser = begun(newcomer)
    practise(browser)
    session = PracticeSession.objects.get()
    assert session.finished_at is not None
    assert [answer.agrees for answer in session.answers.order_by("pk")] == [True] * 5
    assert AuditEvent.objects.latest("pk").action == "practice.finished"
    assert browser.get("/").status_code == browser.get("/review/queues/nudity/").status_code == 200
    assert len(lease(browser)["tasks"]) == 1
    page = browser.get("/review/practice/").content.decode()
    assert page.count('data-agrees="yes"') == 5


def test_a_wrong_answer_is_kept_as_one_and_ends_practice_as_well(newcomer: User) -> None:
    browser = begun(newcomer)
    for task in call(browser, "practice/lease", {}).json()["tasks"]:
        assert call(browser, "practice/decide", verdict(task, verdict="REJECT", reason="weapon")).status_code == 200
    assert list(PracticeAnswer.objects.values_list("agrees", flat=True)) == [False] * 5
    assert not onboarding.practise_first(newcomer)
    page = browser.get("/review/practice/").content.decode()
    assert "The guideline says: reject for Contact ad." in page
    assert "You rejected for Weapon." in page


def test_practice_touches_no_table_but_its_own(world: World, newcomer: User) -> None:
    """Not a case, not a decision, not a final result, not a delivery: every other table is as it was, byte for byte."""
    tasks.waiting(world.nudity, app=world.web, count=2)
    before = contents()
    browser = begun(newcomer)
    shown = call(browser, "practice/lease", {}).json()["tasks"]
    lease_keys = {"leases": [{"taskId": task["taskId"], "leaseToken": task["leaseToken"]} for task in shown]}
    call(browser, "practice/renew", lease_keys)
    said = verdict(shown[0], verdict="PASS")
    call(browser, "practice/decide", said)
    call(browser, "practice/undo", {"decisionId": said["decisionId"]})
    for verb in ("skip", "snooze"):
        call(browser, f"practice/{verb}", lease_keys["leases"][0])
    practise(browser)
    call(browser, "practice/release", lease_keys)
    after = contents()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == PRACTICE_TABLES | {"review_membership"}  # whose one change is that practice is over
    assert [Decision.objects.count(), FinalResult.objects.count(), Delivery.objects.count()] == [0, 0, 0]


@pytest.mark.parametrize("verb", ["decide", "skip", "escalate", "snooze", "assign", "second-opinion"])
def test_no_call_of_the_real_stage_knows_a_practice_picture(world: World, newcomer: User, verb: str) -> None:
    (task, *_) = call(begun(newcomer), "practice/lease", {}).json()["tasks"]
    said = verdict(task, verdict="PASS") | {"to": world.bob.email}
    for who in (newcomer, world.alice, world.carol):
        assert call(signed_in(who), verb, said).status_code == 404
    assert call(signed_in(newcomer), "renew", {"leases": [said]}).json() == {"renewed": [], "lost": [task["taskId"]]}


def test_no_practice_call_knows_a_case(world: World, newcomer: User) -> None:
    tasks.waiting(world.nudity, app=world.web)
    (task,) = lease(signed_in(world.alice))["tasks"]
    for who in (world.alice, newcomer):
        answer = call(begun(who), "practice/decide", verdict(task, verdict="PASS", reason=""))
        assert (answer.status_code, answer.json()["outcome"]) == (409, "lease-lost")
    assert not PracticeAnswer.objects.exists()


def test_the_same_decision_again_is_the_same_answer(newcomer: User) -> None:
    browser = begun(newcomer)
    (first, second, *_) = call(browser, "practice/lease", {}).json()["tasks"]
    said = verdict(first, verdict="PASS", reason="")
    assert [call(browser, "practice/decide", said).status_code for _ in range(2)] == [200, 200]
    assert call(browser, "practice/decide", said | {"taskId": second["taskId"]}).status_code == 422
    assert call(browser, "practice/decide", said | {"decisionId": str(uuid4())}).json()["outcome"] == "already-decided"
    escalation = {"taskId": second["taskId"], "leaseToken": second["leaseToken"]}
    assert [call(browser, "practice/escalate", escalation).status_code for _ in range(2)] == [200, 200]
    assert PracticeAnswer.objects.count() == 2


def test_an_answer_is_taken_back_by_who_gave_it_until_they_practise_again(world: World, newcomer: User) -> None:
    browser = begun(newcomer)
    practise(browser)
    first = PracticeAnswer.objects.order_by("pk").first()
    assert first is not None
    undo = {"decisionId": str(first.decision_id)}
    assert call(signed_in(world.alice), "practice/undo", undo).status_code == 404
    task = call(browser, "practice/undo", undo).json()["task"]
    assert task["requestId"] == "practice-1"
    assert len(call(browser, "practice/lease", {}).json()["tasks"]) == 1
    assert not onboarding.practise_first(newcomer)  # it was over once
    assert call(browser, "practice/decide", verdict(task, verdict="PASS", reason="")).status_code == 200
    begun(newcomer)
    later = PracticeAnswer.objects.order_by("-pk").values_list("decision_id", flat=True)[0]
    answer = call(browser, "practice/undo", {"decisionId": str(later)})
    assert (answer.status_code, answer.json()["outcome"]) == (409, "window-closed")


def test_nobody_answers_in_anothers_sitting(world: World, newcomer: User) -> None:
    (task, *_) = call(begun(newcomer), "practice/lease", {}).json()["tasks"]
    answer = call(begun(world.alice), "practice/decide", verdict(task, verdict="PASS", reason=""))
    assert (answer.status_code, answer.json()["outcome"]) == (409, "lease-lost")


@pytest.mark.parametrize("verb", ["skip", "snooze"])
def test_a_practice_picture_is_neither_skipped_nor_held(newcomer: User, verb: str) -> None:
    browser = begun(newcomer)
    (task, *_) = call(browser, "practice/lease", {}).json()["tasks"]
    answer = call(browser, f"practice/{verb}", {"taskId": task["taskId"], "leaseToken": task["leaseToken"]})
    assert answer.status_code == 422
    assert len(call(browser, "practice/lease", {}).json()["tasks"]) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "no-such-reason"},
        {"reason": "x" * 51},
        {"verdict": "ESCALATE"},
        {"leaseToken": "x"},
        {"taskId": -1},
        {"taskId": "NaN"},
        {"decisionId": None},
        {"note": "a\0b"},
    ],
)
def test_hostile_answers_are_a_422_and_nothing_is_kept(newcomer: User, changes: dict[str, Any]) -> None:
    browser = begun(newcomer)
    (task, *_) = call(browser, "practice/lease", {}).json()["tasks"]
    assert call(browser, "practice/decide", verdict(task, reason="weapon") | changes).status_code == 422
    assert not PracticeAnswer.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("carol", 302), ("dave", 302), ("alice", 403), ("erin", 403), ("mallory", 403)]
)
def test_leads_of_the_queue_and_administrators_waive_practice(
    world: World, newcomer: User, name: str, status: int
) -> None:
    browser = signed_in(getattr(world, name))
    assert ("Nina" in browser.get("/review/practice/").content.decode()) == (status == 302)
    assert browser.post(f"/review/practice/waive/{newcomer.pk}").status_code == status
    assert onboarding.practise_first(newcomer) == (status == 403)
    if status == 302:
        event = AuditEvent.objects.latest("pk")
        assert (event.action, event.by, event.details) == (
            "practice.waived",
            getattr(world, name),
            {"queues": ["nudity"]},
        )
        assert signed_in(newcomer).get("/").status_code == 200


def test_a_lead_waives_in_their_own_queues_only(world: World, newcomer: User) -> None:
    configure.set_members(world.nudity, [newcomer, world.alice], by=world.dave)
    with pytest.raises(NotAllowed):
        onboarding.waive(newcomer, by=world.carol)
    assert onboarding.practise_first(newcomer)


def test_anybody_practises_as_often_as_they_like_in_one_sitting_at_a_time(world: World) -> None:
    for who in world.people:
        browser = begun(who)
        begun(who)
        assert browser.get("/review/practice/stage/").status_code == 200
        practise(browser)
        assert browser.get("/review/practice/stage/").status_code == 302
        begun(who)
        assert PracticeSession.objects.filter(user=who).count() == 2
    session = PracticeSession.objects.filter(finished_at=None).latest("pk")
    session.pk, session.lease_token = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        session.save()


def test_a_practice_task_has_the_shape_of_a_cases_task(world: World, newcomer: User) -> None:
    tasks.waiting(world.nudity, app=world.web)
    (real,) = lease(signed_in(world.alice))["tasks"]
    shown = call(begun(newcomer), "practice/lease", {}).json()["tasks"]
    assert [set(task) - {"lesson"} for task in shown] == [set(real)] * 5
    assert [set(task["subject"]) for task in shown] == [set(real["subject"])] * 5
    assert [task["requestId"] for task in shown] == [f"practice-{n}" for n in range(1, 6)]
    titles = [task["guideline"]["title"] for task in shown]
    assert titles == ["Swimwear and skin", "Contacts and codes", "Contacts and codes", "Weapons", "Papers"]


@pytest.mark.parametrize("lesson", SCENES)
def test_what_is_kept_of_a_practice_picture_is_what_our_code_draws(lesson: str) -> None:
    drawing, kept = drawing_of(lesson), drawn()[lesson]
    assert (kept.width, kept.height) == drawing.image.size
    told = sorted(list(placed.location or ()) for placed in kept.placed if placed.box.kind != "text")
    assert told == sorted(list(mark.box) for mark in drawing.marks)
    assert kept.result.evidence.text.text == drawing.text
    lines = [(line.text, line.start, line.outline.location) for line in kept.result.evidence.text.lines]
    assert lines == [(line.text, line.start, line.box) for line in drawing.lines]


def test_every_lesson_can_be_answered_rightly_and_is_explained() -> None:
    codes = {code for code, _ in REASONS}
    assert [lesson.name for lesson in LESSONS] == list(drawn()) == list(SCENES)
    for lesson in LESSONS:
        assert all(not answer.reason or answer.reason in codes for answer in lesson.right)
        assert strings.why(lesson.name)
        assert strings.right_answer(lesson.right[0])
    assert set(strings.reasons()) == codes


PAGES = ("/review/practice/", "/review/practice/guideline/", "/review/practice/guideline/?part=text")


@pytest.mark.parametrize(
    ("path", "name"), list(product(PAGES, ["alice", "carol", "dave", "erin", "mallory", "nobody"]))
)
def test_the_practice_pages_are_for_everybody_who_is_signed_in(world: World, path: str, name: str) -> None:
    answer = signed_in(getattr(world, name, None)).get(path)
    assert answer.status_code == (302 if name == "nobody" else 200)


@pytest.mark.parametrize("verb", ["lease", "renew", "release", "decide", "undo", "skip", "escalate", "snooze"])
def test_practice_calls_need_a_session_and_its_token(world: World, verb: str) -> None:
    assert call(Client(), f"practice/{verb}", {}).status_code == 401
    assert call(Client(), f"practice/{verb}", {}, **world.bearer).status_code == 401
    assert call(signed_in(world.alice, enforce_csrf_checks=True), f"practice/{verb}", {}).status_code == 403
    assert signed_in(world.alice).get(f"/review/api/practice/{verb}").status_code == 405


def test_beginning_needs_a_post_with_the_token(world: World) -> None:
    assert signed_in(world.alice).get("/review/practice/begin").status_code == 405
    assert signed_in(world.alice, enforce_csrf_checks=True).post("/review/practice/begin").status_code == 403
    assert not PracticeSession.objects.exists()


def test_a_newcomer_who_holds_nothing_leaves_the_line_as_it_is(world: World, newcomer: User) -> None:
    tasks.waiting(world.nudity, app=world.web)
    assert leases.lease(queues=["nudity"], count=1, by=newcomer) == []
    assert len(leases.lease(queues=["nudity"], count=1, by=world.alice)) == 1


def test_the_page_of_the_stage_names_no_call_but_practices(newcomer: User) -> None:
    html = begun(newcomer).get("/review/practice/stage/").content.decode()
    config = json.loads(html.partition('id="stage-config" type="application/json">')[2].partition("</script>")[0])
    others = {name: url for name, url in config["urls"].items() if "/practice/" not in url}
    assert set(others) == {"login", "search", "preferences", "default_filter"}


def test_what_everybody_skips_does_not_wait_for_who_still_practises(world: World, newcomer: User) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    for moderator in (world.alice, world.bob):
        defer.skip(lease_key_of(take_lease(world.nudity, by=moderator)), by=moderator)
    task.refresh_from_db()
    assert task.state == "escalated"
