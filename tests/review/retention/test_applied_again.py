"""After a restore, erasures that the backup has not heard of are made again from the list beside the database."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from moderation.erasure import applied_again
from moderation.models import Case, Erasure, MachineResult, PictureFetch
from review.retention import subjects
from tests.review.retention.subject import TOKEN, erased, over
from tests.world import World


def test_erasures_that_a_restored_backup_has_not_heard_of_are_made_again(world: World) -> None:
    """What a restore finds: the rows of then, and the list that stands beside the database."""
    case, other = over(world), over(world, tokenId="other", color="navy")
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [dict(row) for row in model._default_manager.values()]
        for model in (Case, MachineResult, PictureFetch)  # enough of what was there
    }
    erased(world)
    lines = applied_again.file().read_text().splitlines()
    assert (len(lines), TOKEN in lines[0]) == (1, False)
    Erasure.objects.all().delete()
    before = next(row for row in rows[Case] if row["id"] == case.pk)
    Case.objects.filter(pk=case.pk).update(
        **{name: before[name] for name in ("token_id", "request", "data_id", "records_erased_at", "bodies_erased_at")}
    )
    assert applied_again.begin_unknown() == 1
    assert applied_again.begin_unknown() == 0
    subjects.work(for_seconds=30)
    assert (Case.objects.get(pk=case.pk).token_id, Case.objects.get(pk=other.pk).token_id) == ("", "other")
    assert Erasure.objects.get().state == "finished"


def test_a_case_that_got_the_number_of_an_erased_one_after_a_restore_stays(world: World) -> None:
    erasure = erased(world)
    later = over(world)
    told = {**(erasure.certificate or {}), "cases": [{"caseId": str(later.pk), "requestId": "x"}]}
    Erasure.objects.all().delete()
    Case.objects.filter(pk=later.pk).update(received_at=timezone.now() + timedelta(minutes=1))
    applied_again.file().write_text(json.dumps(told) + "\n")
    assert applied_again.begin_unknown() == 1
    subjects.work(for_seconds=30)
    assert Case.objects.get(pk=later.pk).token_id == TOKEN


def test_the_line_of_an_erasure_is_written_though_its_process_was_killed(world: World) -> None:
    erased(world)
    (line,) = applied_again.file().read_text().splitlines()
    applied_again.file().write_text("")  # as if it had ended before
    for _ in range(2):
        subjects.work(for_seconds=30)
        assert applied_again.file().read_text().splitlines() == [line]


@pytest.mark.parametrize("changed", [{"erasure": "x"}, {"cases": [{}]}, {"subject": {}}, {"requestedAt": 5}, None])
def test_a_line_that_is_no_certificate_is_passed_over(world: World, changed: dict[str, Any] | None) -> None:
    certificate = erased(world).certificate or {}
    Erasure.objects.all().delete()
    wrong = json.dumps(certificate | changed) if changed else "[1, {"
    applied_again.file().write_text(f"{wrong}\n{json.dumps(certificate)}\n")
    assert applied_again.begin_unknown() == 1
