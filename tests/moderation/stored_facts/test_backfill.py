"""Cases of before facts were stored get theirs, in chunks that go on after whatever ended the process."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.models import Case, FactsBackfill, LabelScore, MachineResult, ResultFacts
from moderation.policy_versions.past_facts import facts_of
from moderation.stored_facts import backfill, write
from moderation.stored_facts.write import Standing
from tests.factories import bodies
from tests.moderation.stored_facts import stored
from tests.world import World

CASES = 7


@pytest.fixture
def old(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Cases without facts, and one with."""
    monkeypatch.setattr(backfill, "CHUNK", 3)
    submissions = [(parse_submission(bodies.envelope()), world.web) for _ in range(CASES + 1)]
    cases = [one.case for one in accept_all(submissions, by=world.key)]
    LabelScore.objects.filter(case__in=cases[:CASES]).delete()
    ResultFacts.objects.filter(case__in=cases[:CASES]).delete()
    backfill.again()
    return cases[:CASES]


def test_every_case_gets_what_intake_would_have_stored(old: list[Case]) -> None:
    assert backfill.work(for_seconds=60) == CASES
    assert stored.check_all() == CASES + 1
    assert backfill.left() is None
    assert backfill.work(for_seconds=60) == 0


def test_a_chunk_at_a_time_the_newest_first(old: list[Case]) -> None:
    assert backfill.chunk() == 2  # the third of them has its facts
    assert set(ResultFacts.objects.values_list("case", flat=True)) >= {old[-1].pk, old[-2].pk}
    left = backfill.left()
    assert left == 63  # 5 of 8
    assert [backfill.chunk() for _ in range(4)] == [3, 2, 0, None]
    assert stored.check_all() == CASES + 1


def test_one_that_cannot_be_read_keeps_no_other_from_its_turn(old: list[Case]) -> None:
    broken = MachineResult.objects.get(case=old[3])
    old[3].machine_results.all().delete()
    broken.raw = "[]"
    broken.save(force_insert=True)
    assert backfill.work(for_seconds=60) == CASES - 1
    assert not ResultFacts.objects.filter(case=old[3]).exists()
    assert backfill.skipped() == 1


def test_nor_does_one_that_the_database_does_not_take(old: list[Case]) -> None:
    """A chunk of them was rolled back and begun again for ever."""
    broken = MachineResult.objects.get(case=old[3])
    old[3].machine_results.all().delete()
    broken.route = broken.route | {"subject": {"decided": 10**12, "rejected": 0}}
    broken.save(force_insert=True)
    out = StringIO()
    call_command("backfill_scores", stdout=out)
    assert ResultFacts.objects.count() == CASES
    assert not ResultFacts.objects.filter(case=old[3]).exists()
    assert "1 cases cannot be read" in out.getvalue()
    backfill.again()
    assert (backfill.skipped(), backfill.work(for_seconds=60), backfill.skipped()) == (0, 0, 1)


def test_the_command_tells_how_far_it_is(old: list[Case]) -> None:
    out = StringIO()
    call_command("backfill_scores", stdout=out)
    assert f"Done: {CASES} cases filled." in out.getvalue()
    assert stored.check_all() == CASES + 1


def test_the_command_looks_at_all_of_them_again(old: list[Case]) -> None:
    backfill.work(for_seconds=60)
    ResultFacts.objects.filter(case=old[0]).delete()
    LabelScore.objects.filter(case=old[0]).delete()
    call_command("backfill_scores", stdout=StringIO())
    assert not ResultFacts.objects.filter(case=old[0]).exists()
    call_command("backfill_scores", "--again", stdout=StringIO())
    assert stored.check_all() == CASES + 1


def test_the_rows_go_with_their_case(old: list[Case], world: World) -> None:
    backfill.work(for_seconds=60)
    (facts,) = facts_of([MachineResult.objects.select_related("case__app").get(case=old[0])])
    case = Case.objects.create(app=world.web, request_id="kept nowhere else", state=Case.State.RECORDED)
    write.replace([Standing(case, 1, facts, MachineResult(received_at=timezone.now()))])
    assert LabelScore.objects.filter(case=case).count() == 1
    pk = case.pk
    case.delete()
    assert not LabelScore.objects.filter(case=pk).exists()
    assert not ResultFacts.objects.filter(case=pk).exists()
    assert stored.check_all() == CASES + 1


def test_without_a_row_nothing_is_left(world: World) -> None:
    FactsBackfill.objects.all().delete()
    assert backfill.left() is None
    assert backfill.work(for_seconds=1) == 0
