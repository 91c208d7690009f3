"""The plan of a run is a pure function of its seed, and holds every kind of fault."""

from __future__ import annotations

from collections import Counter

from tests.faults.fault_plan import CLOCK, KINDS, TMPFS, plan


def test_the_same_seed_gives_the_same_faults_and_another_seed_others() -> None:
    first = plan(seed=7, seconds=300)
    assert first == plan(seed=7, seconds=300)
    assert first != plan(seed=8, seconds=300)


def test_a_run_of_forty_minutes_has_more_than_a_thousand_faults_of_every_kind() -> None:
    planned = plan(seed=1, seconds=40 * 60)
    assert len(planned) > 1000
    counts = Counter(fault.kind for fault in planned)
    assert counts.keys() == {kind.name for kind in KINDS}
    assert min(counts.values()) >= 5
    assert [fault.at for fault in planned] == sorted(fault.at for fault in planned)


def test_a_short_run_has_each_kind_once_before_any_twice() -> None:
    planned = plan(seed=3, seconds=60, faults=len(KINDS))
    assert Counter(fault.kind for fault in planned) == {kind.name: 1 for kind in KINDS}


def test_what_this_machine_lacks_is_not_planned() -> None:
    planned = plan(seed=1, seconds=600, missing=[TMPFS, CLOCK])
    assert {fault.kind for fault in planned} == {kind.name for kind in KINDS if not kind.needs}
