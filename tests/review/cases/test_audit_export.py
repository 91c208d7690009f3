"""The whole of a search as a file: every event once, in either form, and an event itself."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append
from accounts.models import App, AuditEvent
from accounts.permissions import NotAllowed
from review.cases import audit_export, audit_stream
from review.cases.audit_stream import AuditSearch
from tests.world import World


def lines(world: World, form: str, search: AuditSearch | None = None) -> list[dict[str, Any]]:
    begun = audit_export.begin(search or AuditSearch(), asked={"q": "x"}, form=form, by=world.erin)
    text = "".join(begun.lines)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("form", audit_export.FORMS)
def test_every_event_is_in_the_file_once(world: World, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_stream, "AT_ONCE", 3)
    append.append()
    ids = list(AuditEvent.objects.order_by("-pk").values_list("pk", flat=True))
    found = lines(world, form)
    assert [int(one["event"]) for one in found] == ids
    assert all(len(one["hash"]) == 64 for one in found)
    assert all(one["sentence"] for one in found)


def test_the_export_is_an_event_itself(world: World) -> None:
    lines(world, "csv", AuditSearch(person=world.alice.pk))
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by) == ("audit.exported", world.erin)
    assert event.details == {"form": "csv", "count": 1, "filters": {"q": "x"}}


def test_all_filters_count_for_the_file(world: World) -> None:
    search = AuditSearch(about=("queue", str(world.nudity.pk)), text="created")
    assert [one["action"] for one in lines(world, "csv", search)] == ["queue.created"]


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_is_run_as_a_formula(world: World, sign: str) -> None:
    audit.record(AuditAction.VIEW_SAVED, by=f"{sign}cmd|' /C calc'!A0", on=App(), name=f"{sign}1+1")
    audit.record(AuditAction.USER_SIGNED_IN, by="x", on=world.alice, address=f"{sign}1")
    for one in lines(world, "csv"):
        assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in one.values())
    assert json.loads(lines(world, "csv")[2]["details"])["name"] == f"{sign}1+1"


def test_who_may_not_read_the_audit_exports_nothing(world: World) -> None:
    seen = AuditEvent.objects.count()
    with pytest.raises(NotAllowed):
        audit_export.begin(AuditSearch(), asked={}, form="csv", by=world.carol)
    assert AuditEvent.objects.count() == seen
