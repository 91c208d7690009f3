"""Whatever picture came with a case, the case is decided: with our copy of it, or with the reason why there is none."""

from __future__ import annotations

import uuid

from moderation.media import fetch
from moderation.models import Case, FinalResult, PictureFetch
from review.workflow import decisions, leases
from review.workflow.leases import LeaseKey
from review.workflow.verdicts import Judgement
from tests.customer import customer
from tests.world import World

from .hostile import ALL, Hostile
from .test_fetch import case_with


def test_a_case_is_decided_whatever_its_picture_is(transactional_db: None, world: World) -> None:
    assert len({hostile.name for hostile in ALL}) == len(ALL) >= 40
    with customer() as host:
        cases = {}
        for hostile in ALL:
            cases[hostile.name] = case_with(host.serve(f"/{hostile.name}", hostile.build()), world)
            assert fetch.fetch(cases[hostile.name].pk)
            host.pictures.clear()  # some of them are large
    ended = {hostile.name: end_of(hostile, cases[hostile.name]) for hostile in ALL}
    assert {name: end for name, end in ended.items() if end != "as it should"} == {}
    assert decide_all(world) == {case.pk for case in cases.values()}
    assert FinalResult.objects.filter(risk_level="PASS", result_type=1).count() == len(ALL)


def end_of(hostile: Hostile, case: Case) -> str:
    row = PictureFetch.objects.get(pk=case.pk)
    shown = row.state == "ready" and row.picture is not None and None in hostile.ends
    refused = row.state == "unavailable" and row.why is not None and hostile.ends != {None}
    return "as it should" if shown or refused else f"{row.state}: {row.why}"


def decide_all(world: World) -> set[int]:
    """Every task that waits, passed; the cases they were about."""
    decided = set()
    while held := leases.lease(queues=[], count=10, by=world.alice):
        for task in held:
            assert task.lease_token
            lease_key = LeaseKey(task.pk, task.lease_token)
            decisions.decide(decision_id=uuid.uuid4(), lease_key=lease_key, judgement=Judgement("PASS"), by=world.alice)
            decided.add(task.case_id)
    return decided
