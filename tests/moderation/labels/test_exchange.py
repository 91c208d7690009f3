"""Import and export of the catalogue of labels."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from accounts import audit
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.labels import exchange
from moderation.labels.proposal import ImportRefused, Overtaken, Proposal
from moderation.models import Label
from tests.factories.labels import label, many, seeded
from tests.world import World

HEADER = "path,name_en,name_zh,severity\n"


def propose(world: World, content: str | bytes) -> Proposal:
    sent = content if isinstance(content, bytes) else content.encode()
    return exchange.propose(io.BytesIO(sent), size=len(sent), by=world.dave)


def imported(world: World, content: str) -> Proposal:
    return exchange.apply(propose(world, content).token(), by=world.dave)


def exported(world: World, *, as_json: bool = False) -> str:
    return "".join(exchange.export(as_json=as_json, by=world.dave))


def refused(world: World, content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(ImportRefused) as refusal:
        propose(world, content)
    return refusal.value.faults


def kept() -> list[Any]:
    return list(Label.objects.order_by("risk_label1", "risk_label2", "risk_label3").values())


def values(path: str) -> tuple[str, str, str | None]:
    one, two, three = [*path.split("/"), "", ""][:3]
    found = Label.objects.get(risk_label1=one, risk_label2=two, risk_label3=three)
    return found.name_en, found.name_zh, found.severity


@pytest.mark.parametrize("as_json", [False, True])
def test_976_labels_make_the_round_trip(world: World, as_json: bool) -> None:
    seeded()
    many(976)
    label("ångström/=1+1/a%2Fb", raw_risk_label1="Ångström", name_en="'=quoted", name_zh="-减")
    label("star//only a third", severity="low")
    label(" fraud / spaces /100% sure", name_en="Spaces")
    Label.objects.create(risk_label1="politics", risk_label2="w/ slash", raw_risk_label1="Polity", name_en="Slash")
    before, first = kept(), exported(world, as_json=as_json)
    assert propose(world, first).counts == {"new": 0, "renamed": 0, "aliased": 0, "rated": 0, "unchanged": len(before)}
    imported(world, first)
    assert (kept(), exported(world, as_json=as_json)) == (before, first)
    assert not AuditEvent.objects.filter(action="label.imported").exists()
    Label.objects.all().delete()
    labels.forget()
    assert imported(world, first).counts["new"] == len(before)
    assert exported(world, as_json=as_json) == first


def test_it_tells_what_it_would_change_then_changes_that(world: World) -> None:
    seeded()
    label("fraud/a", name_en="A", name_zh="甲", severity="low")
    label("fraud/b", name_en="B")
    label("fraud/c", name_en="C")
    content = HEADER + "fraud/a,,乙,Critical\nfraud/b,B,,high\nfraud/c,C,,\nFraud/New,New,,\nPolity,,,critical\n"
    before = kept()
    assert propose(world, content).counts == {"new": 1, "renamed": 1, "aliased": 0, "rated": 3, "unchanged": 1}
    assert kept() == before
    imported(world, content)
    assert values("fraud/a") == ("A", "乙", "critical")
    assert values("fraud/New") == ("New", "", None)
    assert values("politics")[2] == "critical"
    taxonomy = labels.in_force()
    assert taxonomy.name(LabelPath("FRAUD", "New")) == "New"
    assert taxonomy.severity(LabelPath("fraud", "b")) == "high"
    assert Label.objects.get(risk_label2="New").raw_risk_label1 == "Fraud"
    event = AuditEvent.objects.get(action="label.imported")
    assert (event.by, event.details) == (world.dave, {"new": 1, "renamed": 1, "aliased": 0, "rated": 3, "unchanged": 1})


def test_the_change_and_its_event_are_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token, before = propose(world, HEADER + "fraud/new,New,,\n").token(), kept()

    def broken(*args: Any, **options: Any) -> None:
        raise OSError("broken")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(OSError, match="broken"):
        exchange.apply(token, by=world.dave)
    assert kept() == before


def test_a_label_that_somebody_changed_meanwhile_is_not_overwritten(world: World) -> None:
    one, other = label("fraud/a", name_en="A"), label("fraud/b", name_en="B")
    proposed = propose(world, HEADER + "fraud/a,Mine,,\nfraud/b,Mine too,,\nfraud/new,New,,\n")
    labels.name(one, name_en="Theirs", name_zh="他们", severity="high", by=world.dave)
    with pytest.raises(Overtaken) as overtaken:
        exchange.apply(proposed.token(), by=world.dave)
    assert not Label.objects.filter(risk_label2="new").exists()
    assert values("fraud/b") == ("B", "", None)
    ((path, before, now),) = overtaken.value.differences
    assert (path, before.name_en, now.name_en) == ("fraud/a", "A", "Theirs")
    exchange.apply(overtaken.value.proposal.token(), by=world.dave)
    assert values("fraud/a") == ("Mine", "他们", "high")
    other.refresh_from_db()
    assert other.name_en == "Mine too"


def test_a_label_that_is_registered_meanwhile_is_named(world: World) -> None:
    token = propose(world, HEADER + "Fraud/new,New,,low\n").token()
    labels.register([LabelPath("fraud", "new")])
    exchange.apply(token, by=world.dave)
    assert values("fraud/new") == ("New", "", "low")
    assert Label.objects.get(risk_label2="new").source == "seen"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("fraud/a,,,terrible", "Line 2: There is no severity “terrible”"),
        ("fraud/a/b/c/d,,,", "Line 2: “fraud/a/b/c/d” has more than three levels."),
        (f"fraud/a,{'x' * 151},,", "Line 2: A name has at most 150 characters; this one has 151."),
        (f"fraud/{'x' * 129},,,", "Line 2: A level has at most 128 characters"),
        ("fraud/a,turned \u202e name,,", "Line 2: A name cannot contain control characters."),
        ("fraud/a,nul \0 name,,", "Line 2: A name cannot contain control characters."),
        ("fraud/\u202ea,,,", "Line 2: “fraud/�a” is no path of a label."),
        ('"fraud/a\nb",,,', "Line 3: “fraud/a�b” is no path of a label."),
        ("normal,,,", "Line 2: “normal” is no path of a label."),
        (",Name,,", "Line 2: “” is no path of a label."),
        ("fraud/a;;;", "Line 2: There are 1 cells below 4 columns."),
    ],
)
def test_what_is_wrong_is_named_with_its_line(world: World, row: str, told: str) -> None:
    (fault,) = refused(world, HEADER + row + "\n")
    assert fault.startswith(told)


def test_a_label_that_is_there_twice_is_named_under_any_alias(world: World) -> None:
    (fault,) = refused(world, HEADER + "politics/x,,,\npolity/x,,,\n")
    assert fault == "Line 3: The label “polity/x” is in line 2 already."


def test_half_of_a_surrogate_pair_is_refused(world: World) -> None:
    faults = refused(world, rb'[{"path": "fraud/\ud800"}, {"path": "fraud/a", "name_en": "\udc00", "severity": ""}]')
    assert faults == (
        "Entry 1: “fraud/�” is no path of a label.",
        "Entry 2: A name cannot contain control characters.",
    )
    refused(world, json.dumps([{"path": "fraud/a", "severity": "\ud800"}]))[0].encode()


def test_of_many_mistakes_the_first_are_told(world: World) -> None:
    with pytest.raises(ImportRefused, match="30 lines have a mistake; nothing was imported") as refusal:
        propose(world, HEADER + "fraud/a,,,terrible\n" + "fraud/a,,,\n" * 29)
    assert len(refusal.value.faults) == exchange.FAULTS_SHOWN


def test_a_file_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"fraud/{number},,,\n" for number in range(exchange.MAX_ROWS + 1))
    assert refused(world, HEADER + rows) == ("Line 20002: A file has at most 20000 labels. Split it.",)
    with pytest.raises(ImportRefused, match="20001 lines") as refusal:
        propose(world, "path,name_en\n" + "x\n" * 1_900_000)
    assert refusal.value.total == exchange.MAX_ROWS + 1
    with pytest.raises(ImportRefused, match="4 MiB"):
        propose(world, b"x" * (exchange.FILE_LIMIT_BYTES + 1))
    with pytest.raises(ImportRefused, match="no labels"):
        propose(world, HEADER)
    monkeypatch.setattr(exchange, "MAX_ROWS", Label.objects.filter(source="product").count() + 1)
    propose(world, HEADER + "fraud/1,,,\n")
    with pytest.raises(ImportRefused, match="before they are seen"):
        propose(world, HEADER + "fraud/1,,,\nfraud/2,,,\n")


def test_a_token_of_somebody_else_is_refused(world: World) -> None:
    token = propose(world, HEADER + "fraud/new,New,,\n").token()
    for wrong in ("", "x", token[:-1], "\ud800", token + "\0"):
        with pytest.raises(ImportRefused):
            exchange.apply(wrong, by=world.dave)
    assert not Label.objects.filter(risk_label2="new").exists()


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_import(world: World, name: str) -> None:
    person, content = getattr(world, name), (HEADER + "fraud/new,New,,\n").encode()
    with pytest.raises(NotAllowed):
        exchange.propose(io.BytesIO(content), size=len(content), by=person)
    with pytest.raises(NotAllowed):
        exchange.apply(propose(world, content).token(), by=person)
    assert not Label.objects.filter(risk_label2="new").exists()


@pytest.mark.parametrize("name", ["alice", "carol", "mallory"])
def test_administrators_and_auditors_export(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        exchange.export(as_json=False, by=getattr(world, name))
    assert "".join(exchange.export(as_json=False, by=world.erin)).startswith(
        "\ufeffpath,name_en,name_zh,severity,aliases\r\n"
    )
