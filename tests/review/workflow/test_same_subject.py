"""A subject's other waiting cases go along with a verdict: what may, what stays and why, and one undo for all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from moderation.models import Case, Delivery, FinalResult, PictureFetch
from review.cases import timeline
from review.cases.case_record import read
from review.models import Decision, ReviewTask, Skip
from review.queues import close, configure, pause
from review.refusals import NotAcceptable, WindowClosed
from review.workflow import leases
from review.workflow.same_subject import MOST, Taken, Wanted, decide_these, offered, undo_these
from review.workflow.verdicts import Judgement
from tests.factories import endpoints, pictures, tasks
from tests.factories.verdicts import PASS, decide, take_lease
from tests.stage import call, signed_in
from tests.world import World

AD = Judgement(verdict="REJECT", reason="contact", note="the same poster")
MILD = {"riskLabel1": "ad", "riskLabel2": "contact", "riskLabel3": ""}
LABELS = {"allLabels": [{"riskLevel": "REVIEW", "probability": 0.7, **MILD}]}


def arrive(world: World, count: int = 1, *, says: dict[str, Any] | None = None, **case: Any) -> list[ReviewTask]:
    """Tasks of one subject in *nudity*, each with a picture, of which the machine says something mild."""
    where = {"queue": case.pop("queue", world.nudity), "app": case.pop("app", world.web)}
    made = tasks.waiting(**where, count=count, says=MILD | LABELS | (says or {}))
    for task in made:
        pictures.show(task.case, pictures.still(color="teal"))
    if case:
        Case.objects.filter(review_tasks__in=made).update(**case)
    return made


def judged(world: World, judgement: Judgement = AD, *, by: User | None = None) -> Decision:
    """The first of the line, decided."""
    by = by or world.alice
    return decide(take_lease(world.nudity, by=by), by=by, judgement=judgement)


def wanted(found: list[ReviewTask]) -> list[Wanted]:
    return [Wanted(task.pk, uuid4(), task.machine_revision) for task in found]


def take(like: Decision, found: list[ReviewTask], *, by: User | None = None) -> Taken:
    return decide_these(like.pk, wanted=wanted(found), count=len(found), by=by or like.by)


def only_reason(taken: Taken) -> tuple[str, str]:
    assert taken.decisions == []
    (left,) = taken.left
    return left.why, left.by


class TestWhatGoesAlong:
    def test_each_is_a_decision_of_its_own_with_the_same_verdict_reason_and_note(self, world: World) -> None:
        endpoints.subscribed()
        _, *others = arrive(world, 4)
        like = judged(world)
        taken = take(like, others)
        assert taken.left == []
        assert {(one.task_id, one.verdict, one.reason, one.note) for one in taken.decisions} == {
            (task.pk, "REJECT", "contact", "the same poster") for task in others
        }
        assert {one.seen["alongWith"] for one in taken.decisions} == {str(like.pk)}
        assert "alongWith" not in like.seen
        assert FinalResult.objects.filter(voided_at=None).count() == Delivery.objects.count() == 4
        outcomes = ReviewTask.objects.filter(state="decided", leases__outcome="decided", leases__by=world.alice)
        assert outcomes.count() == 4

    def test_it_is_told_on_the_timeline(self, world: World) -> None:
        _, other = arrive(world, 2)
        take(judged(world), [other])
        found = read(other.case_id, user=world.alice)
        assert found
        (entry,) = [one for one in timeline.entries(found) if one.kind == "decided"]
        assert "decided together with another case of the subject" in entry.why

    def test_one_that_the_person_holds_already_goes_under_that_hold(self, world: World) -> None:
        arrive(world, 2)
        first, second = leases.lease(queues=[], count=2, by=world.alice)
        taken = take(decide(first, by=world.alice, judgement=AD), [second])
        assert len(taken.decisions) == 1
        assert second.leases.get().lease_token == second.lease_token

    def test_so_does_one_whose_hold_has_run_out(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        take_lease(world.nudity, by=world.bob)
        ReviewTask.objects.filter(pk=other.pk).update(leased_until="2020-01-01T00:00Z")
        assert len(take(like, [other]).decisions) == 1
        assert set(other.leases.values_list("by__name", "outcome")) == {("Bob", "expired"), ("Alice", "decided")}

    def test_what_waits_with_it_is_answered_too(self, world: World) -> None:
        _, other, copy = arrive(world, 3)
        like = judged(world)
        ReviewTask.objects.filter(pk=copy.pk).update(state="grouped", grouped_with=other)
        take(like, [other])
        assert FinalResult.objects.count() == 3

    def test_sent_again_it_is_the_same_decisions(self, world: World) -> None:
        _, *others = arrive(world, 3)
        like, asked = judged(world), wanted(others)
        once = decide_these(like.pk, wanted=asked, count=2, by=world.alice)
        again = decide_these(like.pk, wanted=asked, count=2, by=world.alice)
        assert [one.pk for one in again.decisions] == [one.pk for one in once.decisions]
        assert (again.left, Decision.objects.count(), FinalResult.objects.count()) == ([], 3, 3)


class TestWhatStays:
    @pytest.mark.parametrize(
        ("change", "why", "by"),
        [
            ({"leased_by": "bob", "lease_token": uuid4(), "leased_until": timezone.now() + timedelta(hours=1)},
             "leased", "Bob"),
            ({"owner": "bob"}, "owned", "Bob"),
            (tasks.ESCALATED | {"owner": "carol"}, "set-aside", "Carol"),
            ({"state": "snoozed"}, "set-aside", ""),
            ({"state": "closed", "closed_at": timezone.now()}, "decided", ""),
        ],
        ids=["leased", "owned", "escalated", "snoozed", "closed"],
    )  # fmt: skip
    def test_what_is_with_somebody_else(self, world: World, change: dict[str, Any], why: str, by: str) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        people = {name: getattr(world, change[name]) for name in ("leased_by", "owner") if name in change}
        ReviewTask.objects.filter(pk=other.pk).update(**(change | people))
        before = ReviewTask.objects.values().get(pk=other.pk)
        assert only_reason(take(like, [other])) == (why, by)
        assert ReviewTask.objects.values().get(pk=other.pk) == before
        assert other.pk not in [task.pk for task in offered(like.task_id, by=world.alice)[0]]

    @pytest.mark.parametrize("is_paused", [True, False], ids=["paused", "closed"])
    def test_what_a_queue_that_hands_out_nothing_has(self, world: World, is_paused: bool) -> None:
        arrive(world, 3)
        first, leased = leases.lease(queues=["nudity"], count=2, by=world.alice)
        (other,) = ReviewTask.objects.filter(leased_by=None)
        like = decide(first, by=world.alice, judgement=AD)
        if is_paused:
            pause.pause(world.nudity, reason="Audit", by=world.dave)
        else:
            close.close(world.nudity, into=world.default, by=world.dave)
        assert offered(like.task_id, by=world.alice) == ([leased], 1)
        taken = take(like, [other, leased])
        assert [(left.task_id, left.why) for left in taken.left] == [(other.pk, "paused")]
        assert [one.task_id for one in taken.decisions] == [leased.pk]

    def test_what_somebody_has_decided(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        judged(world, PASS, by=world.bob)
        assert only_reason(take(like, [other])) == ("decided", "Bob")

    def test_what_the_person_has_skipped(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        Skip.objects.create(task=other, by=world.alice, at=timezone.now())
        assert only_reason(take(like, [other])) == ("skipped", "")
        assert offered(like.task_id, by=world.alice) == ([], 1)

    def test_what_the_machine_has_said_more_about_since_it_was_shown(self, world: World) -> None:
        _, other = arrive(world, 2)
        like, asked = judged(world), wanted([other])
        ReviewTask.objects.filter(pk=other.pk).update(machine_revision=2)
        assert only_reason(decide_these(like.pk, wanted=asked, count=1, by=world.alice)) == ("changed", "")

    @pytest.mark.parametrize("state", ["pending", "unavailable"])
    def test_what_has_no_picture_that_was_shown(self, world: World, state: str) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        PictureFetch.objects.filter(case=other.case_id).update(state=state, picture=None)
        assert only_reason(take(like, [other])) == ("unseen", "")
        assert offered(like.task_id, by=world.alice) == ([], 1)

    @pytest.mark.parametrize(
        "says",
        [
            {"riskLabel1": "minor"},
            {"allLabels": [{"riskLevel": "REVIEW", "riskLabel1": "violence", "probability": 0.2}]},
        ],
        ids=["the result's own label", "one of all labels"],
    )
    def test_what_may_be_critical(self, world: World, says: dict[str, Any]) -> None:
        arrive(world)
        (other,) = arrive(world, says=says)
        like = judged(world)
        assert only_reason(take(like, [other])) == ("critical", "")
        assert offered(like.task_id, by=world.alice) == ([], 1)

    def test_what_something_critical_waits_with(self, world: World) -> None:
        _, other = arrive(world, 2)
        (copy,) = arrive(world, says={"riskLabel1": "minor"})
        like = judged(world)
        ReviewTask.objects.filter(pk=copy.pk).update(state="grouped", grouped_with=other)
        assert only_reason(take(like, [other])) == ("critical", "")

    def test_a_critical_label_that_the_machine_passed_is_none(self, world: World) -> None:
        arrive(world)
        passed = {"riskLevel": "PASS", "riskLabel1": "minor", "probability": 0.1}
        (other,) = arrive(world, says={"allLabels": [passed]})
        assert len(take(judged(world), [other]).decisions) == 1

    def test_what_the_queues_rules_refuse(self, world: World) -> None:
        arrive(world)
        (other,) = arrive(world, says={"riskLabel1": "normal", "allLabels": []})
        like = judged(world, Judgement(verdict="REJECT"))
        assert only_reason(take(like, [other])) == ("refused", "")
        assert other.leases.count() == 0, "the hold went with the refusal"

    def test_the_others_go_all_the_same(self, world: World) -> None:
        _, free, owned, leased = arrive(world, 4)
        like = judged(world)
        ReviewTask.objects.filter(pk=owned.pk).update(owner=world.bob)
        taken = take(like, [owned, free, leased])
        assert {one.task_id for one in taken.decisions} == {free.pk, leased.pk}
        assert [one.task_id for one in taken.left] == [owned.pk]


class TestAgainstAHostileClient:
    @pytest.mark.parametrize("case", [{"token_id": "somebody"}, {"token_id": ""}, {"queue": "default"}, {"pk": 0}])
    def test_nothing_but_the_subjects_own_cases_of_this_queue(self, world: World, case: dict[str, Any]) -> None:
        arrive(world)
        queue = {"queue": world.default} if case.get("queue") else {}
        (other,) = arrive(world, **(case if "token_id" in case else queue))
        like = judged(world)
        if "pk" in case:
            other.pk = 2**62
        assert only_reason(take(like, [other])) == ("not-theirs", "")
        assert Decision.objects.count() == 1

    @pytest.mark.parametrize("separate", [True, False])
    def test_where_records_are_separate_another_apps_case_is_not_theirs(self, world: World, separate: bool) -> None:
        arrive(world, is_token_separate=separate)
        (other,) = arrive(world, app=world.other_app)
        taken = take(judged(world), [other])
        assert len(taken.decisions) == (0 if separate else 1)

    def test_nobody_named_is_no_subject(self, world: World) -> None:
        _, other = arrive(world, 2, token_id="")
        like = judged(world)
        assert only_reason(take(like, [other])) == ("not-theirs", "")
        assert offered(like.task_id, by=world.alice) == ([], 0)

    def test_the_decided_case_itself_is_none_of_the_others(self, world: World) -> None:
        (own,) = arrive(world)
        assert only_reason(take(judged(world), [own])) == ("not-theirs", "")

    def test_no_more_than_the_cap(self, world: World) -> None:
        _, *others = arrive(world, MOST + 2)
        like = judged(world)
        with pytest.raises(NotAcceptable, match="/tasks"):
            take(like, others)
        found, left = offered(like.task_id, by=world.alice)
        assert (len(found), left, Decision.objects.count()) == (MOST, 1, 1)
        assert len(take(like, found).decisions) == MOST

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_a_wrong_number_does_nothing(self, world: World, count: int) -> None:
        _, *others = arrive(world, 3)
        like = judged(world)
        with pytest.raises(NotAcceptable, match="/count"):
            decide_these(like.pk, wanted=wanted(others), count=count, by=world.alice)
        assert Decision.objects.count() == 1

    def test_one_case_named_twice_is_a_wrong_number(self, world: World) -> None:
        _, other = arrive(world, 2)
        with pytest.raises(NotAcceptable, match="/count"):
            take(judged(world), [other, other])

    def test_another_persons_decision_is_not_followed(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        with pytest.raises(Decision.DoesNotExist):
            take(like, [other], by=world.bob)

    def test_who_has_left_the_queue_takes_nothing_along(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        configure.set_members(world.nudity, [world.bob], by="tests")
        with pytest.raises(NotAllowed):
            take(like, [other])
        with pytest.raises(NotAllowed):
            offered(like.task_id, by=world.alice)

    def test_a_decision_that_was_taken_back_is_not_followed(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        Decision.objects.update(undone_at=timezone.now())
        with pytest.raises(NotAcceptable, match="/decisionId"):
            take(like, [other])

    def test_the_id_of_another_decision_does_not_pass_for_a_repeat(self, world: World) -> None:
        _, second, third = arrive(world, 3)
        like = judged(world)
        (done,) = take(like, [second]).decisions
        asked = [Wanted(third.pk, done.pk, 1)]
        assert only_reason(decide_these(like.pk, wanted=asked, count=1, by=world.alice)) == ("refused", "")


class TestUndo:
    def test_one_undo_takes_all_back_and_they_wait_again(self, world: World) -> None:
        endpoints.subscribed()
        _, *others = arrive(world, 4)
        like = judged(world)
        taken = take(like, others)
        undone = undo_these([one.pk for one in taken.decisions], by=world.alice)
        assert sorted(undone) == [task.pk for task in others]
        found = ReviewTask.objects.filter(pk__in=undone)
        assert {(task.state, task.leased_by, task.closed_at) for task in found} == {("waiting", None, None)}
        assert Delivery.objects.filter(state="cancelled").count() == 3
        standing = FinalResult.objects.filter(voided_at=None)
        assert [one.decision_id for one in standing] == [like.pk], "the decision that they followed stands"

    def test_sent_again_it_is_the_same_undo(self, world: World) -> None:
        _, other = arrive(world, 2)
        ids = [one.pk for one in take(judged(world), [other]).decisions]
        assert undo_these(ids, by=world.alice) == undo_these(ids, by=world.alice)

    def test_once_they_have_left_it_is_too_late(self, world: World, settings: Any) -> None:
        settings.UNDO_SECONDS = 0
        _, other = arrive(world, 2)
        ids = [one.pk for one in take(judged(world), [other]).decisions]
        with pytest.raises(WindowClosed):
            undo_these(ids, by=world.alice)

    def test_nobody_undoes_what_another_person_took_along(self, world: World) -> None:
        _, other = arrive(world, 2)
        ids = [one.pk for one in take(judged(world), [other]).decisions]
        with pytest.raises(WindowClosed):
            undo_these(ids, by=world.bob)
        assert Decision.objects.filter(undone_at=None).count() == 2


class TestOverHttp:
    def test_asking_taking_and_undoing(self, world: World) -> None:
        arrive(world, 4)
        alice = signed_in(world.alice)
        like = judged(world)
        asked = call(alice, "same-subject", {"taskId": like.task_id}).json()
        assert (len(asked["tasks"]), asked["left"]) == (3, 0)
        assert set(asked["tasks"][0]) == {
            "taskId", "requestId", "machineRevision", "decides", "image", "labels", "result"
        }  # fmt: skip
        along = [self.named(one) for one in asked["tasks"]]
        body = {"decisionId": str(like.pk), "tasks": along, "count": 3, "lease": {"count": 1}}
        answer = call(alice, "decide-these", body).json()
        assert [one["taskId"] for one in answer["taken"]] == [one["taskId"] for one in along]
        assert (answer["left"], answer["tasks"]) == ([], [])
        undone = call(alice, "undo-these", {"decisionIds": [one["decisionId"] for one in along]}).json()
        assert undone == {"undone": [one["taskId"] for one in along]}

    def test_what_stays_is_said_with_its_reason(self, world: World) -> None:
        _, other = arrive(world, 2)
        like = judged(world)
        ReviewTask.objects.filter(pk=other.pk).update(owner=world.bob)
        along = [{"taskId": other.pk, "decisionId": str(uuid4()), "machineRevision": 1}]
        answer = call(
            signed_in(world.alice), "decide-these", {"decisionId": str(like.pk), "tasks": along, "count": 1}
        ).json()
        assert answer["left"] == [{"taskId": other.pk, "why": "owned", "by": "Bob"}]

    @pytest.mark.parametrize(
        "broken", [{"tasks": []}, {"tasks": [{}]}, {"tasks": "all"}, {"count": "seven"}, {"decisionId": "x"}, {}]
    )
    def test_a_body_of_another_shape_is_a_422(self, world: World, broken: dict[str, Any]) -> None:
        good = {"decisionId": str(UUID(int=1)), "tasks": [], "count": 0}
        assert call(signed_in(world.alice), "decide-these", good | broken).status_code == 422

    def named(self, one: dict[str, Any]) -> dict[str, Any]:
        return {"taskId": one["taskId"], "machineRevision": one["machineRevision"], "decisionId": str(uuid4())}
