"""Machines and people meet at cases that policy decides alone: one answer after the other, none lost, none twice."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moderation.contract import parse_submission
from moderation.intake.accept import Accepted, accept_all
from moderation.models import Case, Delivery, FinalResult
from moderation.policy_versions import store
from review.cases import accounting
from review.models import Decision, ReviewTask
from review.refusals import LeaseLost, ResultChanged
from review.workflow.reopen import reopen
from review.workflow.transitions import WrongState
from tests.factories import bodies, endpoints
from tests.factories.policy_decisions import PASSED, REJECTED, REVIEWED, SECTION, TYPES, scored, send
from tests.factories.verdicts import PASS, decide, take_lease
from tests.races.conftest import Floor
from tests.races.crowd import at_once, of_kind
from tests.races.test_intake import post

ROUNDS = 20


def begin(floor: Floor) -> None:
    store.put_in_force({"sections": [SECTION]}, by=floor.world.dave)
    endpoints.subscribed(types=TYPES)


def check_told() -> None:
    """Each case's results are numbered from 1, and each was put in the outbox once."""
    for case in Case.objects.all():
        standing = case.final_results.filter(voided_at=None).order_by("revision")
        revisions = list(standing.values_list("revision", flat=True))
        assert revisions == list(range(1, len(revisions) + 1))
        deliveries = Delivery.objects.filter(case=case, final_result__in=standing).order_by("revision")
        types = ["result.recorded" if n == 1 else "result.corrected" for n in revisions]
        assert list(deliveries.values_list("type", flat=True)) == types
    assert accounting.account().unaccounted == 0


def test_the_same_result_posted_fifty_times_at_once_is_decided_once(floor: Floor) -> None:
    begin(floor)
    envelope = json.dumps(bodies.envelope(requestId="r1", **REJECTED))
    answers = at_once([partial(post, envelope, floor.world.bearer)] * 50)
    assert of_kind(answers, Exception) == []
    assert {body["state"] for _, body in of_kind(answers, tuple)} == {"final"}
    assert (FinalResult.objects.count(), Delivery.objects.count()) == (1, 1)
    check_told()


def test_overlapping_batches_decide_each_case_once_by_revision(floor: Floor) -> None:
    begin(floor)
    world = floor.world

    def batch(kinds: list[dict[str, Any]], turn: int) -> list[Accepted]:
        names = [f"r{n}" for n in range(40)]
        sent = [bodies.envelope(requestId=name, **kinds[n % len(kinds)]) for n, name in enumerate(names)]
        sent = sent[turn:] + sent[:turn]
        return accept_all([(parse_submission(one), world.web) for one in sent], by=world.key)

    works = [
        partial(batch, kinds, 7 * turn)
        for turn, kinds in enumerate(([PASSED], [REJECTED], [REVIEWED], [REJECTED, PASSED], [PASSED, REVIEWED]))
    ]
    ends = at_once(works)
    assert of_kind(ends, Exception) == []
    assert Case.objects.count() == 40
    for case in Case.objects.all():
        is_open = ReviewTask.objects.filter(case=case, closed_at=None).exists()
        assert case.state == ("queued" if is_open else "final")
        if not is_open:
            last = case.final_results.latest("revision")
            assert case.machine_results.latest("revision").route["riskLevel"] == last.risk_level
    check_told()


def test_a_revision_and_a_reopening_at_once_leave_the_case_to_one_of_them(floor: Floor) -> None:
    begin(floor)
    world = floor.world
    for n in range(ROUNDS):
        case = send(world, REJECTED, request=f"r{n}").case
        newer = (PASSED, REVIEWED)[n % 2]
        revision = partial(send, world, newer, request=f"r{n}")
        opening = partial(reopen, case.pk, by=world.dave)
        ends = at_once([opening, revision] if n % 3 else [revision, opening])
        assert len(of_kind(ends, Accepted)) == 1, ends
        assert len(of_kind(ends, (ReviewTask, WrongState))) == 1, ends  # type: ignore[arg-type]
        task = ReviewTask.objects.get(case=case)
        assert task.state == "waiting"
        case.refresh_from_db()
        assert case.state == ("queued" if of_kind(ends, WrongState) else "final")
    check_told()


def test_a_revision_and_a_decision_at_once_never_undo_the_persons_verdict(floor: Floor, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    begin(floor)
    world = floor.world
    for n in range(ROUNDS):
        send(world, REJECTED, request=f"r{n}")
        case = send(world, REVIEWED, request=f"r{n}").case
        task = take_lease(world.default, by=world.alice)
        revision = partial(send, world, scored(0.2), request=f"r{n}")
        decided, revised = at_once([partial(decide, task, by=world.alice, judgement=PASS), revision])
        assert isinstance(revised, Accepted)
        last = case.final_results.latest("revision")
        assert last.revision == 2
        if isinstance(decided, Decision):
            assert (last.result_type, last.decision_id) == (1, decided.pk)
        else:
            assert isinstance(decided, LeaseLost | ResultChanged), decided
            assert (last.result_type, last.risk_level) == (0, "PASS")
        case.refresh_from_db()
        assert case.state == "final"
    check_told()
