"""Senders that post at the same moment, to each other and to a moderator's decision."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, ClassVar

from django.db import transaction
from django.test import Client

from moderation.callbacks import addresses
from moderation.contract import parse_submission
from moderation.intake.accept import Accepted, accept, accept_all
from moderation.models import Case, FinalResult, MachineResult, Picture, PictureFetch
from review.models import Decision, ReviewTask
from review.refusals import LeaseLost, ResultChanged
from review.workflow import grouping, leases
from tests.factories import bodies, endpoints, tasks
from tests.factories.verdicts import decide, lease_key_of
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind, wait_for_waiters
from tests.world import World

ROUNDS = 200
AT_ONCE = 8


def post(body: str, headers: dict[str, str]) -> tuple[int, Any]:
    answer = Client().post("/api/v1/results", body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def test_the_same_result_posted_fifty_times_at_once_is_one_case(floor: Floor) -> None:
    send = partial(post, json.dumps(bodies.envelope()), floor.world.bearer)
    answers = at_once([send] * 50)
    assert of_kind(answers, Exception) == []
    statuses = Counter((status, body.get("repeat", False)) for status, body in of_kind(answers, tuple))
    assert statuses == {(201, False): 1, (200, True): 49}
    assert len({json.dumps(body | {"repeat": True}, sort_keys=True) for _, body in of_kind(answers, tuple)}) == 1
    assert (Case.objects.count(), MachineResult.objects.count(), ReviewTask.objects.count()) == (1, 1, 1)
    assert PictureFetch.objects.count() == 1


def test_two_bodies_for_one_case_at_once_are_its_revisions_one_and_two(floor: Floor) -> None:
    for _ in range(20):
        first = bodies.envelope()
        second = {**first, "result": {**first["result"], "riskLabel3": "beach"}}
        answers = at_once([partial(post, json.dumps(body), floor.world.bearer) for body in (first, second)])
        assert sorted(status for status, _ in of_kind(answers, tuple)) == [200, 201], answers
        case = Case.objects.get(request_id=first["result"]["requestId"])
        assert sorted(case.machine_results.values_list("revision", flat=True)) == [1, 2]
        assert ReviewTask.objects.get(case=case).machine_revision == 2


def test_a_revision_racing_a_decision_never_deadlocks_and_the_persons_verdict_stands(floor: Floor) -> None:
    world = floor.world
    endpoints.subscribed()
    for _ in range(ROUNDS // AT_ONCE):
        tasks.waiting(world.default, app=world.web, count=AT_ONCE)
        leased = leases.lease(queues=[], count=AT_ONCE, by=world.alice)
        revisions = [partial(revise, task, world, final=bool(n % 2)) for n, task in enumerate(leased)]
        decided = at_once([*(partial(decide, task, by=world.alice) for task in leased), *revisions])
        assert {type(revised) for revised in decided[AT_ONCE:]} == {Accepted}, decided
        for task, outcome in zip(leased, decided, strict=False):
            check_one_stands(task, outcome)


def revise(task: ReviewTask, world: World, *, final: bool) -> Accepted:
    """Half of the revisions still ask for a person, the others close the task."""
    level = {"riskLevel": "PASS", "finalResult": 1} if final else {"riskLabel3": "beach"}
    body = bodies.result(requestId=task.case.request_id) | level
    return accept(parse_submission(body), app=world.web, by=world.key)


def check_one_stands(task: ReviewTask, outcome: object) -> None:
    """The decision stands; or the revision came first, and nothing was decided: the task is closed, or its person is to
    look at the newer result.
    """
    case = Case.objects.get(pk=task.case_id)
    task.refresh_from_db()
    if isinstance(outcome, Decision):
        assert (case.state, task.state) == ("final", "decided")
        assert FinalResult.objects.get(case=case).decision_id == outcome.pk
        return
    assert isinstance(outcome, LeaseLost | ResultChanged), outcome
    left = ("recorded", "closed") if isinstance(outcome, LeaseLost) else ("queued", "waiting")
    assert (case.state, task.state) == left
    assert not FinalResult.objects.filter(case=case).exists()


def test_overlapping_batches_from_eight_senders_meet_without_a_deadlock_and_without_a_duplicate(floor: Floor) -> None:
    """Every sender posts the same two hundred in an order of its own, half of them with a revision."""
    sent = [bodies.envelope() for _ in range(200)]
    revised = [{**body, "result": {**body["result"], "riskLabel3": "beach"}} for body in sent[:100]]
    works = []
    for sender in range(AT_ONCE):
        batch = Random(sender).sample(sent + revised, 300)
        works.append(partial(post, json.dumps(batch), floor.world.bearer))
    answers = at_once(works)
    assert [status for status, _ in of_kind(answers, tuple)] == [200] * AT_ONCE, of_kind(answers, Exception)
    assert {answer["rejected"] for _, answer in answers} == {0}
    assert sum(answer["accepted"] for _, answer in answers) == 200
    assert sum(answer["revised"] for _, answer in answers) == 100
    assert (Case.objects.count(), MachineResult.objects.count()) == (200, 300)
    assert (ReviewTask.objects.count(), PictureFetch.objects.count()) == (200, 200)


def test_batches_in_opposite_orders_never_wait_in_a_circle(floor: Floor) -> None:
    """Round after round two senders meet in the midst of a batch: in new cases first, then in known ones."""
    world = floor.world
    for _ in range(15):
        sent = [(parse_submission(bodies.envelope()), world.web) for _ in range(150)]
        revised = [
            (parse_submission(bodies.result(requestId=one.result.request_id, riskLabel3="b")), app) for one, app in sent
        ]
        for batch in (sent, revised):
            works = [partial(accept_all, order, by=world.key) for order in (batch, batch[::-1])]
            assert of_kind(at_once(works), Exception) == []


def test_frames_of_one_stream_from_eight_senders_are_one_task_for_each_window(floor: Floor) -> None:
    start, world = 1_790_000_000_000, floor.world
    for window in range(15):
        infos = [
            {"streamId": "live", "similarDedup": True, "timeWindow": 10, "frameTime": start + 20_000 * window + n}
            for n in range(AT_ONCE)
        ]
        frames = [parse_submission(bodies.envelope(data={"streamInfo": info})) for info in infos]
        outcomes = at_once([partial(accept, frame, app=world.web, by=world.key) for frame in frames])
        assert len(of_kind(outcomes, Accepted)) == AT_ONCE, outcomes
        assert ReviewTask.objects.filter(state="waiting").count() == window + 1
    assert ReviewTask.objects.count() == 15 * AT_ONCE


def test_copies_whose_picture_is_ready_at_the_same_moment_are_one_task(floor: Floor) -> None:
    world = floor.world
    for turn in range(10):
        sent = [parse_submission(bodies.envelope()) for _ in range(AT_ONCE)]
        made = [one.case for one in accept_all([(submission, world.web) for submission in sent], by=world.key)]
        facts = {"format": "JPEG", "width": 50, "height": 100, "web": "w", "preview": "p", "thumbnail": "t"}
        picture = Picture.objects.create(sha256=f"{turn:064}", **facts)
        PictureFetch.objects.filter(case__in=made).update(state="ready", picture=picture)
        outcomes = at_once([partial(transaction.atomic(grouping.gather), case.pk) for case in made])
        assert outcomes == [None] * AT_ONCE
        assert ReviewTask.objects.filter(case__in=made, state="waiting").count() == 1


def test_frames_that_attach_while_the_shown_one_is_decided_are_all_answered_or_shown(floor: Floor) -> None:
    world, start = floor.world, 1_790_000_000_000
    info = {"streamId": "live", "similarDedup": True, "timeWindow": 10}
    for turn in range(10):
        moment = start + 60_000 * turn
        frames = [bodies.envelope(data={"streamInfo": info | {"frameTime": moment + n}}) for n in range(41)]
        post(json.dumps(frames[:1]), world.bearer)
        (task,) = leases.lease(queues=[], count=1, by=world.alice)
        again = {**frames[0], "result": {**frames[0]["result"], "riskLabel3": "beach"}}
        works = [partial(post, json.dumps(frames[n : n + 10]), world.bearer) for n in range(1, 41, 10)]
        outcomes = at_once(
            [partial(decide, task, by=world.alice), *works, partial(post, json.dumps(again), world.bearer)]
        )
        assert of_kind(outcomes, Exception) == []
        open_tasks = ReviewTask.objects.filter(closed_at=None)
        assert open_tasks.filter(state="grouped", grouped_with__closed_at__isnull=False).count() == 0
        assert open_tasks.count() + FinalResult.objects.count() == 41 * (turn + 1)
        for left in leases.lease(queues=[], count=5, by=world.alice):
            decide(left, by=world.alice)
        assert FinalResult.objects.count() == 41 * (turn + 1)


class TestABatchInTheMidstOfAStream:
    """It waits for the task that its frame attaches to, while somebody else has come for what it needs next."""

    INFO: ClassVar[dict[str, Any]] = {"streamId": "live", "similarDedup": True, "timeWindow": 10}

    def frame(self, number: int, **changes: Any) -> dict[str, Any]:
        return bodies.envelope(data={"streamInfo": self.INFO | {"frameTime": 1_790_000_000_000 + number}}, **changes)

    def meet(self, floor: Floor, shown: ReviewTask, batch: list[Any], other: Callable[[], Any]) -> list[Any]:
        def second() -> Any:
            wait_for_waiters(1)
            return other()

        row = ReviewTask.objects.select_for_update(no_key=True)
        first = partial(post, json.dumps(batch), floor.world.bearer)
        return held_up(lambda: row.get(pk=shown.pk), first, second)

    def test_revising_the_shown_frame_too_never_deadlocks_with_its_decision(self, floor: Floor) -> None:
        shown, new = self.frame(0), self.frame(1)
        post(json.dumps(shown), floor.world.bearer)
        (task,) = leases.lease(queues=[], count=1, by=floor.world.alice)
        again = {**shown, "result": {**shown["result"], "riskLabel3": "beach"}}
        ends = self.meet(floor, task, [new, again], partial(decide, task, by=floor.world.alice))
        assert (ends[0][0], type(ends[1])) == (200, ResultChanged), ends

    def test_revising_what_somebody_holds_never_deadlocks_with_holding_on(self, floor: Floor) -> None:
        made = tasks.waiting(floor.world.default, app=floor.world.web, count=3)
        for number, task in enumerate(reversed(made), 1):  # handed out, and so stored, in the opposite order
            ReviewTask.objects.filter(pk=task.pk).update(rank_at=task.rank_at - timedelta(days=1))
            leases.lease(queues=[], count=number, by=floor.world.alice)
        first, second, third = ReviewTask.objects.order_by("pk")
        again = [bodies.result(requestId=one.case.request_id, riskLabel3="beach") for one in (first, second, third)]
        renew = partial(leases.renew, [lease_key_of(third), lease_key_of(first)], by=floor.world.alice)
        ends = self.meet(floor, second, [{"appId": "web", "result": one} for one in again], renew)
        assert (ends[0][0], type(ends[1])) == (200, leases.Renewal), ends
        assert sorted(ends[1].renewed) == [first.pk, third.pk]

    def test_a_revision_under_another_event_never_deadlocks_with_the_same_from_another_sender(
        self, floor: Floor
    ) -> None:
        post(json.dumps(self.frame(0)), floor.world.bearer)
        new = self.frame(1)
        again = {"appId": new["appId"], "request": {**new["request"], "eventId": "other"}}
        again["result"] = {**new["result"], "riskLabel3": "beach"}
        other = partial(post, json.dumps([again]), floor.world.bearer)
        ends = self.meet(floor, ReviewTask.objects.get(), [new, again], other)
        assert [status for status, _ in of_kind(ends, tuple)] == [200, 200], ends


def test_a_callback_and_the_envelope_of_one_result_at_once_lose_neither_request_nor_picture(floor: Floor) -> None:
    _, secret = addresses.create(name="theirs", app=floor.world.web, by=floor.world.dave)
    for _ in range(20):
        envelope = bodies.envelope()
        called = partial(Client().post, f"/callbacks/{secret}", envelope["result"], content_type="application/json")
        outcomes = at_once([called, partial(post, json.dumps(envelope), floor.world.bearer)])
        assert of_kind(outcomes, Exception) == []
    assert Case.objects.count() == MachineResult.objects.count() == ReviewTask.objects.count() == 20
    assert Case.objects.filter(token_id="u_83f2", data_id="post-17", request__isnull=False).count() == 20
    assert PictureFetch.objects.filter(state="pending").exclude(url="").count() == 20


def test_late_streams_and_new_frames_at_once_are_one_task(floor: Floor) -> None:
    world, start = floor.world, 1_790_000_000_000
    for turn in range(10):
        info = {"streamId": "live", "similarDedup": True, "timeWindow": 10}
        moments = [start + 60_000 * turn + n for n in range(AT_ONCE)]
        frames = [bodies.envelope(data={"streamInfo": info | {"frameTime": moment}}) for moment in moments]
        late, new = frames[: AT_ONCE // 2], frames[AT_ONCE // 2 :]
        post(json.dumps([{"appId": "web", "result": frame["result"]} for frame in late]), world.bearer)
        again = [partial(post, json.dumps(order), world.bearer) for order in (late, late[::-1])]
        answers = at_once([*again, *(partial(post, json.dumps(frame), world.bearer) for frame in new)])
        assert {status for status, _ in of_kind(answers, tuple)} == {200, 201}, answers
        assert ReviewTask.objects.filter(state="waiting").count() == turn + 1


def test_one_item_under_two_spellings_at_once_is_one_case(floor: Floor) -> None:
    for n in range(20):
        sent = [bodies.result(requestId=f"B{n}_7", btId="7"), bodies.result(requestId=f"B{n}_7", riskLabel3="b")]
        bare = [json.dumps(body | {"appId": "web"}) for body in sent]
        answers = at_once([partial(post, body, floor.world.bearer) for body in bare * 2])
        assert {status for status, _ in of_kind(answers, tuple)} == {200, 201}, answers
    assert Case.objects.count() == ReviewTask.objects.count() == 20
