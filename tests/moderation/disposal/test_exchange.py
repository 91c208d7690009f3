"""A mapping as a file: in, out, and what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.disposal import changes, exchange, in_force
from moderation.disposal.entries import DisposalRefused
from moderation.disposal.exchange import Imported
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from tests.world import World

FILE = "label,riskLabel1,riskLabel2,riskLabel3,riskDescription,riskLevel\nporn,TNS-1,,,Bodies,\n*,other,,,,review\n"


def send(world: World, text: str | bytes = FILE, **more: Any) -> Imported:
    content = text if isinstance(text, bytes) else text.encode()
    given: dict[str, Any] = {"size": len(content), "replace": False, "by": world.dave} | more
    return exchange.import_csv(world.web, io.BytesIO(content), **given)


def test_a_file_is_imported_whole_and_recorded(world: World) -> None:
    changes.add(world.web, label="ad", own=Own("old"), by=world.dave)
    assert send(world) == Imported(added=2, replaced=0, removed=0, unchanged=0)
    assert in_force.of_app(world.web.pk) == {
        "ad": Own("old"),
        "porn": Own("TNS-1", risk_description="Bodies"),
        "*": Own("other", risk_level="REVIEW"),
    }
    event = AuditEvent.objects.get(action="own-label.imported")
    assert (event.on_type, event.details["added"], event.details["removed"]) == ("app", 2, 0)


def test_it_can_replace_what_there_is(world: World) -> None:
    for label in ("ad", "porn"):
        changes.add(world.web, label=label, own=Own("old"), by=world.dave)
    changes.add(world.other_app, label="ad", own=Own("theirs"), by=world.dave)
    assert send(world, replace=True) == Imported(added=1, replaced=1, removed=1, unchanged=0)
    assert set(in_force.of_app(world.web.pk)) == {"porn", "*"}
    assert set(in_force.of_app(world.other_app.pk)) == {"ad"}
    assert send(world, replace=True) == Imported(0, 0, 0, 2)


def test_what_is_exported_is_imported_as_it_was(world: World) -> None:
    rows = {"porn/a b": Own("=1+1", "-x", "ü", 'say "no", twice', "PASS"), "*": Own("'=quoted"), "ad": Own("广告")}
    for label, own in rows.items():
        changes.add(world.web, label=label, own=own, by=world.dave)
    told = "".join(exchange.export_csv(world.web, by=world.dave))
    assert "'=1+1" in told, "no spreadsheet runs it"
    OwnLabel.objects.all().delete()
    send(world, told)
    assert in_force.of_app(world.web.pk) == rows


@pytest.mark.parametrize(
    "text", [FILE.replace(",", ";"), "sep=;\n" + FILE.replace(",", ";"), FILE.replace(",", "\t"), "\ufeff" + FILE]
)
def test_spreadsheets_of_other_countries_are_read(world: World, text: str) -> None:
    assert send(world, text).added == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "name the columns"),
        ("label,riskLabel2\nporn,a\n", "name the columns"),
        ("label,riskLabel1,label\nporn,a,b\n", "name the columns"),
        ("label,riskLabel1,color\nporn,a,b\n", "name the columns"),
        ("label,riskLabel1\n", "no labels"),
        ("label,riskLabel1\nporn\n", "Line 2: there are 1 cells"),
        ("label,riskLabel1\nporn,\n", "Line 2: .*riskLabel1 is empty"),
        ("label,riskLabel1\nporn/*,a\n", "Line 2: Name our label"),
        ("label,riskLabel1\nporn,a\nErotic,b\n", "Line 3: the label “Erotic” is in line 2"),
        ('label,riskLabel1\nporn,"a\n', "not CSV"),
        (b"label,riskLabel1\nporn,\xff\n", "not UTF-8"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(world: World, text: str | bytes, why: str) -> None:
    changes.add(world.web, label="ad", own=Own("old"), by=world.dave)
    with pytest.raises(DisposalRefused, match=why):
        send(world, text, replace=True)
    assert set(in_force.of_app(world.web.pk)) == {"ad"}


def test_a_file_that_is_too_large_is_not_read(world: World) -> None:
    with pytest.raises(DisposalRefused, match="larger than 4 MiB"):
        send(world, size=exchange.FILE_LIMIT_BYTES + 1)


def test_it_says_when_somebody_was_quicker(world: World) -> None:
    version = exchange.version_of(world.web)
    changes.add(world.web, label="ad", own=Own("old"), by=world.dave)
    with pytest.raises(DisposalRefused, match="Somebody changed the mapping"):
        send(world, replace=True, expected_version=version)
    assert send(world, expected_version=exchange.version_of(world.web)).added == 2


def test_so_many_entries_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_ENTRIES", 1)
    with pytest.raises(DisposalRefused, match="at most 1 entries"):
        send(world)


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_administrators_alone_exchange(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        send(world, by=getattr(world, name))
    with pytest.raises(NotAllowed):
        exchange.export_csv(world.web, by=getattr(world, name))
