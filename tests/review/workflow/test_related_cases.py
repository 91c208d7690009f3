"""What stands beside a picture: earlier verdicts on the same one, and what else of its subject waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.times import iso
from moderation.models import Case
from review.models import Queue, ReviewTask
from review.presentation import task_json
from review.workflow import decisions, leases, related_cases, reopen
from tests.factories import pictures, tasks
from tests.factories.verdicts import PASS, REJECT, decide, take_lease
from tests.world import World, queue

PICTURE = pictures.still()


def arrive(world: World, queue: Queue, *, picture: bytes | None = None, **case: Any) -> ReviewTask:
    (task,) = tasks.waiting(queue, app=case.pop("app", world.web))
    Case.objects.filter(pk=task.case_id).update(**case)
    if picture:
        pictures.show(task.case, picture)
    return ReviewTask.objects.get(pk=task.pk)


def shown(world: World, task: ReviewTask, *, to: str = "alice") -> dict[str, Any]:
    person = getattr(world, to)
    leased = leases.lease(queues=[], count=10, by=person)
    return next(dict(one) for one in task_json.tasks(leased) if one["taskId"] == task.pk)


def only_in(world: World, slug: str) -> Queue:
    return queue(slug, members=[world.bob])


class TestEarlierVerdictsOnThePicture:
    def test_they_are_told_with_who_when_and_where(self, world: World) -> None:
        before = arrive(world, world.nudity, picture=PICTURE)
        decision = decide(take_lease(world.nudity, by=world.bob), by=world.bob, judgement=PASS)
        task = arrive(world, world.nudity, picture=PICTURE)
        (seen,) = shown(world, task)["seenBefore"]
        assert seen == {
            "caseId": str(before.case_id),
            "url": f"/review/cases/{before.case_id}/",
            "verdict": "PASS",
            "by": "Bob",
            "at": iso(decision.decided_at),
        }

    def test_another_picture_an_undecided_case_and_this_one_are_not(self, world: World) -> None:
        arrive(world, world.nudity, picture=pictures.still(color="red"))
        decide(take_lease(world.nudity, by=world.bob), by=world.bob)
        arrive(world, world.nudity, picture=PICTURE)
        task = arrive(world, world.nudity, picture=PICTURE)
        assert shown(world, task)["seenBefore"] == []

    def test_one_taken_back_is_not_and_of_a_corrected_one_the_last_stands(self, world: World, settings: Any) -> None:
        first, second = (arrive(world, world.nudity, picture=PICTURE) for _ in range(2))
        undone = decide(take_lease(world.nudity, by=world.bob), by=world.bob)
        decisions.undo(undone.pk, by=world.bob)
        decide(take_lease(world.nudity, by=world.bob), by=world.bob, judgement=REJECT)
        settings.UNDO_SECONDS = 0
        decide(take_lease(world.nudity, by=world.alice), by=world.alice, judgement=REJECT)
        reopen.reopen(second.case_id, by=world.carol)
        decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
        task = arrive(world, world.nudity, picture=PICTURE)
        told = [(one["caseId"], one["verdict"], one["by"]) for one in shown(world, task)["seenBefore"]]
        assert told == [(str(second.case_id), "PASS", "Carol"), (str(first.case_id), "REJECT", "Bob")]

    def test_a_case_of_a_queue_that_the_person_does_not_work_in_is_not_told_of(self, world: World) -> None:
        secret = only_in(world, "secret")
        arrive(world, secret, picture=PICTURE)
        decide(take_lease(secret, by=world.bob), by=world.bob)
        task = arrive(world, world.nudity, picture=PICTURE)
        assert shown(world, task, to="alice")["seenBefore"] == []
        ReviewTask.objects.update(leased_by=None, leased_until=None, lease_token=None)
        assert len(shown(world, task, to="bob")["seenBefore"]) == 1

    def test_the_newest_three_are_told_newest_first(self, world: World) -> None:
        for _ in range(5):
            arrive(world, world.nudity, picture=PICTURE)
            decide(take_lease(world.nudity, by=world.bob), by=world.bob)
        told = shown(world, arrive(world, world.nudity, picture=PICTURE))["seenBefore"]
        assert len(told) == related_cases.SHOWN
        assert [one["at"] for one in told] == sorted((one["at"] for one in told), reverse=True)

    def test_copies_decided_at_once_were_one_verdict(self, world: World) -> None:
        leader, copy = (arrive(world, world.nudity, picture=PICTURE) for _ in range(2))
        ReviewTask.objects.filter(pk=copy.pk).update(state="grouped", grouped_with=leader)
        decide(take_lease(world.nudity, by=world.bob), by=world.bob)
        assert len(shown(world, arrive(world, world.nudity, picture=PICTURE))["seenBefore"]) == 1


class TestWhatElseOfTheSubjectWaits:
    def test_other_cases_in_this_persons_queues_and_those_of_this_queue(self, world: World) -> None:
        task = arrive(world, world.nudity)
        arrive(world, world.nudity)
        arrive(world, world.default)
        arrive(world, world.nudity, token_id="somebody")
        arrive(world, only_in(world, "secret"))
        subject = shown(world, task)["subject"]
        assert (subject["waiting"], subject["waitingHere"]) == (2, 1)

    def test_what_is_decided_or_set_aside_does_not_wait(self, world: World) -> None:
        task, _, escalated = (arrive(world, world.nudity) for _ in range(3))
        ReviewTask.objects.filter(pk=escalated.pk).update(**tasks.ESCALATED)
        leases.lease(queues=[], count=1, by=world.alice)
        decide(take_lease(world.nudity, by=world.bob), by=world.bob)
        subject = shown(world, task)["subject"]
        assert (subject["waiting"], subject["waitingHere"]) == (0, 0)

    @pytest.mark.parametrize(("separate", "waiting"), [(True, 1), (False, 2)])
    def test_where_records_are_separate_only_the_same_app_counts(
        self, world: World, separate: bool, waiting: int
    ) -> None:
        task = arrive(world, world.nudity, is_token_separate=separate)
        arrive(world, world.nudity)
        arrive(world, world.nudity, app=world.other_app)
        subject = shown(world, task)["subject"]
        assert subject["waiting"] == waiting
        assert subject["url"] == f"/review/cases/?tokenId=u_83f2{'&appId=web' if separate else ''}"

    def test_nobody_named_is_nobodys_other_case(self, world: World) -> None:
        task = arrive(world, world.nudity, token_id="")
        arrive(world, world.nudity, token_id="")
        subject = shown(world, task)["subject"]
        assert (subject["waiting"], subject["url"]) == (0, None)


def test_rejections_are_told_by_category_in_the_persons_words(world: World) -> None:
    for _ in range(2):
        arrive(world, world.nudity)
        decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    subject = shown(world, arrive(world, world.nudity))["subject"]
    assert subject["rejectedFor"] == [{"riskLabel1": "porn", "name": "Sexually Explicit Content", "n": 2}]


def test_ten_tasks_with_everything_beside_them_cost_no_more_queries_than_one(world: World) -> None:
    for _ in range(3):
        arrive(world, world.nudity, picture=PICTURE)
        decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    for _ in range(11):
        arrive(world, world.nudity, picture=PICTURE)
    for number, person in ((1, world.carol), (10, world.alice)):
        leased = leases.lease(queues=[], count=number, by=person)
        task_json.tasks(leased)  # the labels are read once by a process
        with CaptureQueriesContext(connection) as asked:
            told = task_json.tasks(leased)
        assert len(told) == number
        assert len(asked) == 8, [query["sql"][:80] for query in asked]


def test_a_task_that_nobody_holds_tells_nothing_beside_it(world: World) -> None:
    arrive(world, world.nudity, picture=PICTURE)
    decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    task = arrive(world, world.nudity, picture=PICTURE)
    (told,) = task_json.tasks([task])
    assert (told["seenBefore"], told["subject"]["waiting"]) == ([], 0)
