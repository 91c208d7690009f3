"""One decision for several cases: frames of a stream within their window, copies of one picture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from moderation.contract import json_text, parse_submission
from moderation.intake.accept import accept, accept_all
from moderation.models import Case, Delivery, FinalResult, Picture, PictureFetch
from moderation.policy_versions import store
from review.models import Decision, ReviewTask
from review.presentation import task_json
from review.refusals import LeaseLost
from review.workflow import decisions, grouping, leases
from tests.factories import bodies, endpoints
from tests.factories.verdicts import PASS, decide, take_lease
from tests.world import World

START = 1_790_000_000_000


def frame(second: float, *, stream: str = "live-1", **changes: Any) -> dict[str, Any]:
    info = {"streamId": stream, "similarDedup": True, "frameTime": START + int(second * 1000), "timeWindow": 10}
    info |= changes.pop("info", {})
    return bodies.envelope(data={"streamInfo": info}, **changes)


def send(world: World, *bodies_sent: dict[str, Any]) -> None:
    accept_all([(parse_submission(body), world.web) for body in bodies_sent], by=world.key)


def shown() -> int:
    return ReviewTask.objects.filter(state="waiting").count()


def test_one_task_for_each_window_however_many_frames(world: World) -> None:
    send(world, *(frame(second) for second in range(51)))
    assert (shown(), ReviewTask.objects.filter(state="grouped").count()) == (6, 45)
    assert Case.objects.filter(state="queued").count() == 51


def test_frames_posted_one_by_one_attach_the_same_way(world: World) -> None:
    for second in range(25):
        send(world, frame(second))
    assert shown() == 3


def test_in_one_batch_each_frame_looks_around_itself_for_what_is_shown_already(world: World) -> None:
    send(world, frame(0), frame(100))
    send(world, frame(8), frame(50, info={"timeWindow": 5}), frame(95))
    assert shown() == 3


@pytest.mark.parametrize("risk_num", [1, 2, 5])
def test_as_many_tasks_as_risk_num_says(world: World, risk_num: int) -> None:
    send(world, *(frame(second / 10, info={"riskNum": risk_num}) for second in range(20)))
    *_, last = tasks = ReviewTask.objects.filter(state="waiting").order_by("frame_time_ms")
    assert (len(tasks), last.grouped.count()) == (risk_num, 20 - risk_num)


@pytest.mark.parametrize(
    "other",
    [
        frame(1, stream="live-2"),
        frame(1, riskLabel1="ad"),
        frame(1, info={"similarDedup": False}),
        frame(10),
        frame(1, app_id="app"),
    ],
    ids=["another stream", "another category", "not asked for", "after the window", "another app"],
)
def test_what_is_shown_by_itself(world: World, other: dict[str, Any]) -> None:
    send(world, frame(0))
    submission = parse_submission(other)
    accept(submission, app=world.other_app if other["appId"] == "app" else world.web, by=world.key)
    assert shown() == 2


def test_labels_of_one_category_attach_whatever_their_alias_and_deeper_levels(world: World) -> None:
    send(world, frame(0, riskLabel1="porn"), frame(1, riskLabel1="Erotic", riskLabel3="other"))
    assert shown() == 1


def test_a_frame_that_another_queue_judges_is_shown_there(world: World) -> None:
    send(world, frame(0))
    store.put_in_force({"rules": [{"queue": "nudity"}]}, by=world.dave)
    send(world, frame(1))
    assert shown() == 2


def test_one_decision_answers_all_and_undo_takes_all_back(world: World) -> None:
    endpoints.subscribed()
    send(world, *(frame(second / 10, data_id=str(second)) for second in range(14)))
    task = take_lease(world.default, by=world.alice)
    assert task_json.tasks([task])[0]["decides"] == 14
    decision = decide(task, by=world.alice)
    results = FinalResult.objects.filter(voided_at=None)
    assert {(r.decision_id, r.risk_level, r.revision) for r in results} == {(decision.pk, "REJECT", 1)}
    answered = [json_text.loads(r.body.encode())["requestId"] for r in results]
    assert sorted(answered) == sorted(Case.objects.filter(state="final").values_list("request_id", flat=True))
    assert (len(answered), Delivery.objects.filter(state="pending").count(), Decision.objects.count()) == (14, 14, 1)
    assert set(ReviewTask.objects.values_list("state")) == {("decided",)}

    again = decisions.undo(decision.pk, by=world.alice)
    assert task_json.tasks([again])[0]["decides"] == 14
    assert (Case.objects.filter(state="queued").count(), FinalResult.objects.filter(voided_at=None).count()) == (14, 0)
    assert Delivery.objects.filter(state="cancelled").count() == 14
    assert ReviewTask.objects.filter(state="grouped").count() == 13
    decide(again, by=world.alice, judgement=PASS)
    assert FinalResult.objects.filter(voided_at=None, risk_level="PASS").count() == 14


def test_each_answer_keeps_the_evidence_of_its_own_frame(world: World) -> None:
    send(world, frame(0, riskDescription="first"), frame(1, allLabels=[]))
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    labels = [
        len(json_text.loads(result.body.encode())["allLabels"]) for result in FinalResult.objects.order_by("case")
    ]
    assert labels == [1, 0]


def test_a_frame_after_the_decision_is_shown_since_nobody_saw_it(world: World) -> None:
    send(world, frame(0), frame(1))
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, frame(2))
    assert shown() == 1


def test_an_attached_task_cannot_be_decided_by_an_old_hold(world: World) -> None:
    send(world, frame(0))
    stale = take_lease(world.default, by=world.alice)
    ReviewTask.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    task = ReviewTask.objects.get()
    send(world, bodies.envelope())
    other = ReviewTask.objects.exclude(pk=task.pk).get()
    task.leased_by = task.leased_until = task.lease_token = None
    grouping.group(task, other)
    task.save()
    with pytest.raises(LeaseLost):
        decide(stale, by=world.alice)


class TestWhenTheMachineSaysMore:
    def test_a_frame_whose_category_changes_is_shown_by_itself(self, world: World) -> None:
        send(world, frame(0), second := frame(1))
        send(world, {**second, "result": {**second["result"], "riskLabel1": "ad", "allLabels": []}})
        assert shown() == 2

    def test_a_frame_that_another_queue_is_to_judge_is_shown_there(self, world: World) -> None:
        send(world, frame(0), second := frame(1))
        store.put_in_force({"rules": [{"queue": "nudity"}]}, by=world.dave)
        send(world, {**second, "result": {**second["result"], "riskLabel3": "beach"}})
        assert shown() == 2

    def test_a_frame_that_needs_nobody_leaves(self, world: World) -> None:
        send(world, frame(0), second := frame(1))
        send(world, {**second, "result": {**second["result"], "riskLevel": "PASS", "finalResult": 1}})
        task = take_lease(world.default, by=world.alice)
        assert task_json.tasks([task])[0]["decides"] == 1
        decide(task, by=world.alice)
        assert FinalResult.objects.get().case == task.case

    def test_when_the_shown_one_leaves_the_next_takes_its_place(self, world: World) -> None:
        first, *others = [frame(second) for second in range(4)]
        send(world, first, *others)
        send(world, {**first, "result": {**first["result"], "riskLevel": "PASS", "finalResult": 1}})
        task = take_lease(world.default, by=world.alice)
        assert task.case.request_id == others[0]["result"]["requestId"]
        assert task_json.tasks([task])[0]["decides"] == 3

    def test_when_one_batch_revises_the_shown_one_and_those_that_wait_with_it(self, world: World) -> None:
        frames = [frame(second) for second in range(4)]
        send(world, *frames)
        leaves = {**frames[0], "result": {**frames[0]["result"], "riskLevel": "PASS", "finalResult": 1}}
        stay = [{**one, "result": {**one["result"], "riskLabel3": "beach"}} for one in frames[1:]]
        send(world, leaves, *stay)
        task = take_lease(world.default, by=world.alice)
        assert task_json.tasks([task])[0]["decides"] == 3
        assert set(task.grouped.values_list("machine_revision")) == {(2,)}

    def test_a_frame_that_stays_in_its_category_stays_attached(self, world: World) -> None:
        send(world, frame(0), second := frame(1))
        send(world, {**second, "result": {**second["result"], "riskLabel3": "beach"}})
        assert shown() == 1
        assert ReviewTask.objects.get(state="grouped").machine_revision == 2


class TestCopiesOfOnePicture:
    @pytest.fixture
    def picture(self, db: None) -> Picture:
        facts = {"format": "JPEG", "width": 50, "height": 100, "web": "w", "preview": "p", "thumbnail": "t"}
        return Picture.objects.create(sha256="0" * 64, **facts)

    def arrive(self, world: World, picture: Picture, **changes: Any) -> ReviewTask:
        send(world, body := bodies.envelope(**changes))
        case = Case.objects.get(request_id=body["result"]["requestId"])
        PictureFetch.objects.filter(case=case).update(state="ready", picture=picture)
        grouping.gather(case.pk)
        return ReviewTask.objects.get(case=case)

    def test_they_are_decided_at_once(self, world: World, picture: Picture) -> None:
        for _ in range(3):
            self.arrive(world, picture)
        assert shown() == 1
        decide(take_lease(world.default, by=world.alice), by=world.alice)
        assert FinalResult.objects.count() == 3

    def test_under_another_label_or_in_another_queue_they_are_not(self, world: World, picture: Picture) -> None:
        self.arrive(world, picture)
        self.arrive(world, picture, riskLabel3="other")
        store.put_in_force({"rules": [{"queue": "nudity"}]}, by=world.dave)
        self.arrive(world, picture)
        assert shown() == 3

    def test_the_one_that_somebody_holds_is_the_one_that_is_shown(self, world: World, picture: Picture) -> None:
        first, second = self.arrive(world, picture), bodies.envelope()
        leased = take_lease(world.default, by=world.alice)
        send(world, second)
        self.arrive(world, picture)
        assert leased.pk == first.pk
        assert ReviewTask.objects.get(state="grouped").grouped_with == first

    def test_cases_without_a_picture_are_no_copies_of_each_other(self, world: World) -> None:
        send(world, bodies.envelope(), bodies.envelope())
        PictureFetch.objects.update(state="unavailable", picture=None)
        for case in Case.objects.all():
            grouping.gather(case.pk)
        assert shown() == 2

    def test_of_two_that_are_held_both_stay(self, world: World, picture: Picture) -> None:
        send(world, bodies.envelope(), bodies.envelope())
        leased = leases.lease(queues=[], count=2, by=world.alice)
        PictureFetch.objects.update(state="ready", picture=picture)
        for task in leased:
            grouping.gather(task.case_id)
        assert shown() == 2

    def test_of_two_that_nobody_holds_the_earlier_one_in_the_line_is_shown(
        self, world: World, picture: Picture
    ) -> None:
        later = self.arrive(world, picture)
        ReviewTask.objects.update(rank_at=timezone.now() + timedelta(days=1))
        earlier = self.arrive(world, picture)
        joined = ReviewTask.objects.get(state="grouped")
        assert (joined, joined.grouped_with) == (later, earlier)

    def test_a_hold_that_ran_out_keeps_none_of_them_apart(self, world: World, picture: Picture) -> None:
        send(world, bodies.envelope(), bodies.envelope())
        leased = leases.lease(queues=[], count=2, by=world.alice)
        ReviewTask.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        PictureFetch.objects.update(state="ready", picture=picture)
        for task in leased:
            grouping.gather(task.case_id)
        joined = ReviewTask.objects.get(state="grouped")
        assert (joined.leased_by, [lease.outcome for lease in joined.leases.all()]) == (None, ["expired"])

    def test_one_that_is_with_a_named_person_is_decided_by_that_person_alone(
        self, world: World, picture: Picture
    ) -> None:
        theirs = self.arrive(world, picture)
        ReviewTask.objects.update(owner=world.bob, rank_at=timezone.now() + timedelta(days=1))
        other = self.arrive(world, picture)
        assert [task.pk for task in leases.lease(queues=[], count=5, by=world.alice)] == [other.pk]
        decide(take_lease(world.default, by=world.alice), by=world.alice)
        theirs.refresh_from_db()
        assert (theirs.state, theirs.owner) == ("waiting", world.bob)

    def test_what_waited_with_one_goes_along(self, world: World, picture: Picture) -> None:
        first = self.arrive(world, picture)
        take_lease(world.default, by=world.alice)
        send(world, frame(0), frame(1))
        leader = ReviewTask.objects.get(state="waiting", stream_id="live-1")
        PictureFetch.objects.filter(case=leader.case).update(state="ready", picture=picture)
        grouping.gather(leader.case_id)
        assert first.grouped.count() == 2
