"""A page of a grid: what stands on it, what becomes of each tile, and the undo of the whole."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.permissions import NotAllowed
from moderation import labels
from moderation.models import FinalResult, Label
from review.cases import timeline
from review.cases.case_record import read
from review.models import Decision, Lease, Queue, ReviewTask
from review.queues import configure
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, NotForGrid
from review.workflow import defer, grid, leases
from review.workflow.verdicts import Judgement
from tests.factories import grids, tasks
from tests.factories.grids import LABEL, entered, label, revised
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.stage import signed_in
from tests.world import World

REJECT = Judgement(verdict="REJECT")


@pytest.fixture
def line(world: World) -> Queue:
    """The queue that everything comes into here."""
    return world.default


def page_of(world: World, line: Queue, **how: Any) -> grid.GridPage:
    return grid.lease(queue=line.slug, by=how.pop("by", world.alice), **how)


def rated_critical(label2: str) -> None:
    """An administrator says so of a kind of advertisement, after tasks were routed."""
    rated, _ = Label.objects.get_or_create(risk_label1="ad", risk_label2=label2, defaults={"raw_risk_label1": "ad"})
    labels.name(rated, name_en="", name_zh="", severity="critical", by="tests")


# What stands on a page


def test_a_page_has_what_is_suspected_of_the_heads_label_in_the_order_of_the_line(world: World, line: Queue) -> None:
    first, _, third = entered(world.web), entered(world.web, "ad/banner"), entered(world.web)
    page = page_of(world, line)
    assert (page.label, page.tasks) == (LABEL, [first, third])


def test_every_tile_has_a_lease_and_a_claim_of_its_own(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=30)
    page = page_of(world, line)
    assert len(page.tasks) == len({task.lease_token for task in page.tasks}) == 24
    claimed = Lease.objects.filter(ended_at=None, by=world.alice).values_list("task", "lease_token")
    assert set(claimed) == {(task.pk, task.lease_token) for task in page.tasks}


def test_nothing_critical_stands_on_a_page_neither_as_top_label_nor_beside_it(world: World, line: Queue) -> None:
    fine = entered(world.web)
    beside = entered(world.web, LABEL, label("minor"))
    passed_by_the_machine = entered(world.web, LABEL, label("minor", level="PASS", probability=0.01))
    grids.lined_up(fine, beside, passed_by_the_machine)
    assert page_of(world, line).tasks == [fine, passed_by_the_machine]


def test_a_critical_head_begins_no_page_and_is_named(world: World, line: Queue) -> None:
    grids.lined_up(entered(world.web, "ad", label("minor/child")), entered(world.web))
    page = page_of(world, line)
    assert page.tasks == []
    assert (page.why, page.about and page.about.risk_label1) == ("critical", "minor")
    assert not Lease.objects.exists()


def test_what_was_routed_as_critical_stays_out_whatever_its_label_is_rated_by_now(world: World, line: Queue) -> None:
    critical, fine = grids.waiting(line, app=world.web, count=2)
    ReviewTask.objects.filter(pk=critical.pk).update(severity="critical")
    assert page_of(world, line).why == "critical"
    grids.lined_up(fine, critical)
    assert page_of(world, line).tasks == [fine]
    assert len(leases.lease(queues=[line.slug], count=2, by=world.alice)) == 2
    assert page_of(world, line).tasks == [fine], "also of what is held already"


def test_what_is_decided_with_a_tile_counts_too(world: World, line: Queue) -> None:
    head, leader, waits = (entered(world.web) for _ in range(3))
    ReviewTask.objects.filter(pk=waits.pk).update(state="grouped", grouped_with=leader, severity="critical")
    assert page_of(world, line).tasks == [head]


def test_a_head_without_a_suspicion_begins_no_page(world: World, line: Queue) -> None:
    entered(world.web, "normal", label("ad"))
    assert page_of(world, line).why == "no-label"


def test_a_label_that_became_critical_leaves_the_grid_although_its_tasks_were_routed_before(
    world: World, line: Queue
) -> None:
    head, _ = entered(world.web), entered(world.web, LABEL, label("ad/drugs"))
    rated_critical("drugs")
    assert page_of(world, line).tasks == [head]
    assert sorted(ReviewTask.objects.values_list("severity", "leased_by")) == [
        ("critical", None),
        ("moderate", world.alice.pk),
    ]


def test_so_does_a_tile_with_which_such_a_label_would_be_decided(world: World, line: Queue) -> None:
    head, leader, waits = entered(world.web), entered(world.web), entered(world.web, LABEL, label("ad/drugs"))
    ReviewTask.objects.filter(pk=waits.pk).update(state="grouped", grouped_with=leader)
    rated_critical("drugs")
    assert page_of(world, line).tasks == [head]


def test_skipped_owned_and_held_tasks_are_not_on_it(world: World, line: Queue) -> None:
    skipped, owned, leased, free = grids.waiting(line, app=world.web, count=4)
    defer.skip(lease_key_of(take_lease(line, by=world.alice)), by=world.alice)
    ReviewTask.objects.filter(pk=owned.pk).update(owner=world.bob)
    ReviewTask.objects.filter(pk=skipped.pk).update(rank_at="2039-01-01T00:00Z")
    ReviewTask.objects.filter(pk=leased.pk).update(rank_at="2020-01-01T00:00Z")
    assert take_lease(line, by=world.carol) == leased
    assert page_of(world, line).tasks == [free]


def test_who_asks_again_gets_the_same_page_and_the_one_after_it_without_its_tasks(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=30)
    page = page_of(world, line)
    again = page_of(world, line)
    assert [lease_key_of(task) for task in again.tasks] == [lease_key_of(task) for task in page.tasks]
    after = page_of(world, line, without=[task.pk for task in page.tasks])
    assert len(after.tasks) == 6
    assert not {task.pk for task in after.tasks} & {task.pk for task in page.tasks}


def test_the_page_behind_the_last_one_of_a_label_is_of_the_next_label(world: World, line: Queue) -> None:
    entered(world.web)
    other = entered(world.web, "ad/banner")
    page = page_of(world, line)
    after = page_of(world, line, without=[task.pk for task in page.tasks])
    assert (after.label, after.tasks) == ("ad/banner", [other])


def test_nobody_gets_more_on_a_page_than_can_be_seen_at_once(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=30)
    assert len(page_of(world, line, count=30).tasks) == 24


def test_escalated_tasks_are_nobodys_grid(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=2, state="escalated")
    assert page_of(world, line, by=world.carol) == grid.GridPage()
    leased = leases.lease(queues=[line.slug], count=2, by=world.carol)
    assert page_of(world, line, by=world.carol) == grid.GridPage(), "also to a lead who holds them"
    judged = [grids.tile(task) for task in leased]
    ends = grid.decide(page_id=uuid4(), queue=line.slug, label=LABEL, judged=judged, by=world.carol)
    assert ends == [NotForGrid("not-offered")] * 2


@pytest.mark.parametrize("changes", [{"grid": False}, {"note_required": True}, {"allowed_verdicts": ["REJECT"]}])
def test_a_queue_decides_whether_it_has_a_grid(world: World, line: Queue, changes: dict[str, Any]) -> None:
    grids.waiting(line, app=world.web)
    page = page_of(world, line)
    assert f"/review/grid/?queue={line.slug}" in signed_in(world.alice).get("/").content.decode()
    Queue.objects.filter(pk=line.pk).update(**changes)
    assert page_of(world, line).why == "not-offered"
    assert f"/review/grid/?queue={line.slug}" not in signed_in(world.alice).get("/").content.decode()
    assert grids.decide(page, by=world.alice, queue=line) == [NotForGrid("not-offered")]


def test_a_revision_keeps_true_what_may_stand(world: World, line: Queue) -> None:
    task, other = entered(world.web), entered(world.web, "ad", label("minor"))
    revised(task, LABEL, label("porn"))
    revised(other)
    grids.lined_up(other, task)
    assert page_of(world, line).tasks == [other]


def test_a_reopened_case_stands_for_what_the_machine_says_by_now(world: World, line: Queue, settings: Any) -> None:
    from review.workflow.reopen import reopen

    settings.UNDO_SECONDS = 0
    task = entered(world.web)
    decide(take_lease(line, by=world.alice), by=world.alice, judgement=PASS)
    revised(task, "porn")
    again = reopen(task.case_id, by=world.dave)
    assert (again.top_label, again.severity, again.machine_revision) == ("porn", "critical", 2)


# Deciding


def test_unmarked_tiles_pass_and_marked_ones_are_rejected(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=4)
    page, page_id = page_of(world, line), uuid4()
    by_reason = Judgement(verdict="REJECT", reason="contact")
    made = grids.decide(page, by=world.alice, queue=line, page_id=page_id, t2=REJECT, t4=by_reason)
    assert [(one.verdict, one.reason) for one in made] == [
        ("PASS", ""), ("REJECT", ""), ("PASS", ""), ("REJECT", "contact"),
    ]  # fmt: skip
    paths = FinalResult.objects.order_by("case").values_list("risk_label1", "risk_label2")
    assert list(paths) == [("normal", ""), ("ad", "contact"), ("normal", ""), ("ad", "")]
    kept = Decision.objects.order_by("task")
    assert {one.grid_page for one in kept} == {page_id}
    assert [one.seen["grid"] for one in kept] == [{"label": LABEL, "tile": place} for place in (1, 2, 3, 4)]


def test_the_timeline_says_that_it_was_decided_in_a_grid(world: World, line: Queue) -> None:
    (task,) = grids.waiting(line, app=world.web)
    grids.decide(page_of(world, line), by=world.alice, queue=line)
    found = read(task.case_id, user=world.alice)
    assert found
    (entry,) = [one for one in timeline.entries(found) if one.kind == "decided"]
    assert "decided in a grid" in entry.why


def test_each_tile_ends_by_itself(world: World, line: Queue) -> None:
    first, second, third, fourth, fifth, sixth = grids.waiting(line, app=world.web, count=6)
    page = page_of(world, line)
    leased = dict(zip((first, second, third, fourth, fifth, sixth), page.tasks, strict=True))
    decide(leased[first], by=world.alice, judgement=PASS)
    leases.release([lease_key_of(leased[second])], by=world.alice)
    revised(third, LABEL, label("minor"))
    revised(fourth, "ad/banner")
    no_reason = Judgement(verdict="REJECT", reason="nothing of the kind")
    made = grids.decide(page, by=world.alice, queue=line, t5=no_reason)
    assert made[:4] == [AlreadyDecided("Alice", "PASS"), LeaseLost(), NotForGrid("critical"), NotForGrid("changed")]
    assert isinstance(made[4], NotAcceptable)
    assert made[5].task == sixth
    assert Decision.objects.count() == 2


def test_a_result_that_was_not_shown_yet_is_not_decided_about(world: World, line: Queue) -> None:
    (task,) = grids.waiting(line, app=world.web)
    page = page_of(world, line)
    revised(task, LABEL, label("qr"))
    assert grids.decide(page, by=world.alice, queue=line) == [NotForGrid("changed")]
    (shown,) = leases.renew([lease_key_of(page.tasks[0])], by=world.alice).changed
    assert shown.machine_revision == 2
    (made,) = grids.decide(page, by=world.alice, queue=line)
    assert made.seen["machineRevision"] == 2


def test_a_label_rated_critical_after_the_page_was_handed_out_is_not_decided(world: World, line: Queue) -> None:
    entered(world.web)
    page = page_of(world, line)
    ads, _ = Label.objects.get_or_create(risk_label1="ad", risk_label2="", risk_label3="")
    labels.name(ads, name_en="Ads", name_zh="", severity="critical", by="tests")
    assert grids.decide(page, by=world.alice, queue=line) == [NotForGrid("critical")]
    assert not Decision.objects.exists()


def test_what_attached_critical_to_a_tile_keeps_it_from_being_decided(world: World, line: Queue) -> None:
    leader, waits = entered(world.web), entered(world.web, "ad/banner", label("minor"))
    grids.lined_up(leader, waits)
    page = page_of(world, line)
    ReviewTask.objects.filter(pk=waits.pk).update(state="grouped", grouped_with=leader)
    assert grids.decide(page, by=world.alice, queue=line) == [NotForGrid("critical")]


def test_what_is_attached_is_decided_with_its_tile(world: World, line: Queue) -> None:
    leader, *others = (entered(world.web) for _ in range(3))
    ReviewTask.objects.filter(pk__in=[one.pk for one in others]).update(state="grouped", grouped_with=leader)
    page, page_id = page_of(world, line), uuid4()
    grids.decide(page, by=world.alice, queue=line, page_id=page_id)
    assert FinalResult.objects.filter(voided_at=None).count() == 3
    assert grid.undo(page_id, by=world.alice).tasks == [leader]
    assert FinalResult.objects.filter(voided_at=None).count() == 0


@pytest.mark.parametrize("label_of_page", ["ad/banner", "porn/nudity/swimwear", "", "normal"])
def test_a_hostile_page_decides_nothing_that_is_not_of_its_label_or_critical(
    world: World, line: Queue, label_of_page: str
) -> None:
    """Whatever a client posts with holds that it got elsewhere."""
    entered(world.web), tasks.waiting(line, app=world.web)
    leased = leases.lease(queues=[line.slug], count=5, by=world.alice)
    judged = [grids.tile(task) for task in leased]
    ends = grid.decide(page_id=uuid4(), queue=line.slug, label=label_of_page, judged=judged, by=world.alice)
    assert {type(one) for one in ends} == {NotForGrid}
    assert not Decision.objects.exists()


def test_a_tile_of_another_queue_is_none_of_this_page(world: World, line: Queue) -> None:
    grids.waiting(world.nudity, app=world.web)
    page = page_of(world, world.nudity)
    assert grids.decide(page, by=world.alice, queue=line) == [NotForGrid("not-offered")]


def test_the_same_page_again_ends_the_same_way(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=3)
    page, page_id = page_of(world, line), uuid4()
    leases.release([lease_key_of(page.tasks[1])], by=world.alice)
    judged = [grids.tile(task) for task in page.tasks]
    once, again = (
        grid.decide(page_id=page_id, queue=line.slug, label=LABEL, judged=judged, by=world.alice) for _ in range(2)
    )
    assert once == again
    assert Decision.objects.count() == 2


def test_who_does_not_work_in_the_queue_neither_gets_nor_decides_a_page(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web)
    page = page_of(world, line)
    for person, refused in (
        (world.mallory, Queue.DoesNotExist),
        (world.erin, NotAllowed),
        (world.dave, Queue.DoesNotExist),
    ):
        with pytest.raises(refused):
            page_of(world, line, by=person)
        with pytest.raises(refused):
            grids.decide(page, by=person, queue=line)
    configure.set_members(line, [world.bob], by="tests")
    with pytest.raises(Queue.DoesNotExist):
        grids.decide(page, by=world.alice, queue=line)


# Taking back


def test_one_undo_takes_the_page_back_and_holds_its_tiles(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=3)
    page, page_id = page_of(world, line), uuid4()
    grids.decide(page, by=world.alice, queue=line, page_id=page_id, t1=REJECT)
    back = grid.undo(page_id, by=world.alice)
    assert (back.tasks, back.left) == (page.tasks, [])
    assert {task.leased_by for task in back.tasks} == {world.alice}
    assert not FinalResult.objects.filter(voided_at=None).exists()
    again = grid.undo(page_id, by=world.alice)
    assert [lease_key_of(task) for task in again.tasks] == [lease_key_of(task) for task in back.tasks]


def test_what_has_left_is_told_and_the_rest_is_taken_back(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web, count=3)
    page, page_id = page_of(world, line), uuid4()
    made = grids.decide(page, by=world.alice, queue=line, page_id=page_id)
    FinalResult.objects.filter(decision_id=made[1].pk).update(release_at="2020-01-01T00:00Z")
    back = grid.undo(page_id, by=world.alice)
    assert back.tasks == [page.tasks[0], page.tasks[2]]
    assert back.left == [page.tasks[1].pk]


def test_who_left_the_queue_takes_nothing_back_and_is_told(world: World, line: Queue) -> None:
    waiting = grids.waiting(line, app=world.web, count=2)
    page_id = uuid4()
    grids.decide(page_of(world, line), by=world.alice, queue=line, page_id=page_id)
    configure.set_members(line, [world.bob], by="tests")
    assert grid.undo(page_id, by=world.alice) == grid.TakenBack([], [task.pk for task in waiting])
    assert Decision.objects.filter(undone_at=None).count() == 2


def test_nobody_takes_back_the_page_of_another(world: World, line: Queue) -> None:
    grids.waiting(line, app=world.web)
    page_id = uuid4()
    grids.decide(page_of(world, line), by=world.alice, queue=line, page_id=page_id)
    for person in (world.bob, world.carol):
        with pytest.raises(Decision.DoesNotExist):
            grid.undo(page_id, by=person)
    with pytest.raises(NotAllowed):
        grid.undo(page_id, by=world.erin)
