"""Aliases of labels at every level: given by administrators and by files, used by policy, names and severities."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.versions import Conflict
from moderation import labels
from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.intake.accept import accept
from moderation.labels import aliases, exchange
from moderation.labels.proposal import ImportRefused, Overtaken, Proposal
from moderation.models import Label, LabelAlias, MachineResult
from moderation.policy.taxonomy import Key
from moderation.policy_versions import store
from tests.factories import bodies
from tests.factories.labels import label, many
from tests.world import World

KNIFE: Key = ("ban", "weapon", "knife")


@pytest.fixture
def knife(world: World) -> Label:
    label("ban/weapon")
    return label("ban/weapon/knife", name_en="Knife", name_zh="刀", severity="high")


def give(world: World, one: Label, *texts: str, **more: Any) -> Label:
    said: dict[str, Any] = {"name_en": one.name_en, "name_zh": one.name_zh, "severity": one.severity}
    return labels.name(one, **said, aliases=texts, by=world.dave, **more)


def send(world: World, text: str) -> Proposal:
    file = io.BytesIO(text.encode())
    return exchange.apply(exchange.propose(file, size=1, by=world.dave).token(), by=world.dave)


def test_an_alias_has_the_name_and_the_severity_of_its_label(world: World, knife: Label) -> None:
    give(world, knife, "Dangerous/Daoju", "zhuanyong")
    taxonomy = labels.in_force()
    for path in (LabelPath("dangerous", "DAOJU"), LabelPath("Zhuanyong"), LabelPath("ban", "weapon", "knife")):
        assert (taxonomy.key(path), taxonomy.name(path), taxonomy.severity(path)) == (KNIFE, "Knife", "high")
    assert taxonomy.key(LabelPath("dangerous")) == ("dangerous", "", "")


def test_naming_a_label_leaves_the_rows_of_its_aliases_alone(world: World, knife: Label) -> None:
    give(world, knife, "dangerous/daoju", "zhuanyong")
    before = list(LabelAlias.objects.values_list("pk", "key"))
    knife.name_en = "Blade"
    give(world, knife, "zhuanyong", "Dangerous/daoju")
    assert list(LabelAlias.objects.values_list("pk", "key")) == before
    assert labels.in_force().name(LabelPath("zhuanyong")) == "Blade"


def test_policy_judges_an_alias_by_the_thresholds_of_its_label(world: World, knife: Label) -> None:
    give(world, knife, "dangerous/daoju")
    section = {"name": "all", "thresholds": {"ban/weapon/knife": {"reject": 500}}, "intermediate": "decide"}
    store.put_in_force({"sections": [section]}, by="tests")
    sent: dict[str, Any] = {"riskLevel": "REVIEW", "riskLabel1": "dangerous", "riskLabel2": "Daoju", "probability": 0.9}
    body = bodies.envelope(requestId="r1", **sent | {"riskLabel3": "", "allLabels": [sent]})
    accept(parse_submission(body), app=world.web, by=world.key)
    route = MachineResult.objects.get().route
    assert (route["outcome"], route["riskLevel"]) == ("decided", "REJECT")
    assert route["chain"][0]["label"] == "ban/weapon/knife"
    assert Label.objects.filter(risk_label1="dangerous", risk_label2="Daoju").exists(), "it is listed as it was sent"


def test_typing_an_alias_finds_its_label(world: World, knife: Label) -> None:
    give(world, knife, "dangerous/daoju")
    assert labels.matching("Dangerous/daoju", at_most=1)[0].name_en == "Knife"
    assert labels.unknown([LabelPath("dangerous", "daoju"), LabelPath("dangerous")]) == [LabelPath("dangerous")]


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["a/b/c/d"], "more than three levels"),
        (["normal"], "no path of a label"),
        (["/x"], "no path of a label"),
        (["a//c"], "no path of a label"),
        (["a\x00"], "no path of a label"),
        (["x" * 200], "at most 128 characters"),
        (["porn"], "one of the eight categories"),
        (["Erotic"], "one of the eight categories"),
        (["BAN/weapon/KNIFE"], "has aliases itself"),
        (["taken/one"], "is an alias of ban/weapon already"),
        ([f"a/{n}" for n in range(21)], "at most 20 aliases"),
    ],
)
def test_an_alias_that_would_lead_nowhere_is_refused(world: World, knife: Label, texts: list[str], why: str) -> None:
    give(world, Label.objects.get(risk_label1="ban", risk_label2="weapon", risk_label3=""), "taken/one")
    with pytest.raises(ValueError, match=why):
        give(world, knife, *texts)
    assert aliases.by_label(knife) == {}


def test_aliases_do_not_follow_each_other(world: World, knife: Label) -> None:
    other = label("dangerous/daoju")
    give(world, knife, "dangerous/daoju")
    with pytest.raises(ValueError, match="This label is an alias of ban/weapon/knife itself"):
        give(world, other, "x/y")
    give(world, knife)
    give(world, other, "x/y")
    with pytest.raises(ValueError, match="is a label that has aliases itself"):
        give(world, knife, "dangerous/daoju")


def test_a_change_is_recorded_and_another_page_conflicts(world: World, knife: Label) -> None:
    version = labels.EDITED.version(knife)
    give(world, knife, "b/one", "a/one", "A/ONE", expected_version=version)
    details = AuditEvent.objects.get(action="label.named").details
    assert (details["before"]["aliases"], details["aliases"]) == ([], ["a/ONE", "b/one"])
    with pytest.raises(Conflict, match="aliases"):
        give(world, knife, "c/one", expected_version=version)
    labels.name(knife, name_en="Blade", name_zh="", severity=None, by=world.dave)
    assert aliases.by_label(knife)[KNIFE] == ("a/ONE", "b/one"), "who does not speak of them leaves them"


@pytest.mark.parametrize("values", [{"key": "a/b"}, {"key": ""}, {"key": "c", "risk_label1": ""}])
def test_the_table_holds_what_the_verbs_promise(world: World, knife: Label, values: dict[str, str]) -> None:
    give(world, knife, "a/b")
    with pytest.raises(IntegrityError), transaction.atomic():
        LabelAlias.objects.create(**{"label": knife, "risk_label1": "a", "risk_label2": "b"} | values)


def test_files_carry_them(world: World, knife: Label) -> None:
    done = send(world, "path,aliases,name_en\nban/weapon/knife,a/b; c%3Bd/e,\nban/weapon/gun,firearm,Gun\n")
    assert (done.counts["aliased"], done.counts["new"], done.counts["renamed"]) == (1, 1, 0)
    assert aliases.by_label(knife)[KNIFE] == ("a/b", "c%3Bd/e")
    as_csv = "".join(exchange.export(as_json=False, by=world.dave))
    assert "ban/weapon/knife,Knife,刀,high,a/b; c%3Bd/e\r\n" in as_csv
    as_json = json.loads("".join(exchange.export(as_json=True, by=world.dave)))
    entry = next(one for one in as_json["labels"] if one["path"] == "ban/weapon/gun")
    assert entry == {"path": "ban/weapon/gun", "name_en": "Gun", "name_zh": "", "severity": "", "aliases": ["firearm"]}
    for text in (as_csv, json.dumps(as_json)):
        proposal = exchange.propose(io.BytesIO(text.encode()), size=1, by=world.dave)
        assert not proposal.changes


def test_a_file_can_move_an_alias_but_not_give_it_twice(world: World, knife: Label) -> None:
    give(world, knife, "a/b")
    with pytest.raises(ImportRefused) as refused:
        send(world, "path,aliases\nban/weapon,a/b\n")
    assert refused.value.faults == ("Line 2: “a/b” is an alias of ban/weapon/knife already.",)
    send(world, "path,aliases\nban/weapon,a/b\nban/weapon/knife,c/d\n")
    assert aliases.all_of_them()["a", "b", ""] == ("ban", "weapon", "")
    with pytest.raises(ImportRefused):
        send(world, "path,aliases\nban/weapon,e/f\nban/weapon/knife,e/f\n")


def test_an_import_notices_aliases_that_changed_meanwhile(world: World, knife: Label) -> None:
    file = io.BytesIO(b"path,aliases\nban/weapon/knife,c/d\n")
    token = exchange.propose(file, size=1, by=world.dave).token()
    give(world, knife, "a/b")
    with pytest.raises(Overtaken):
        exchange.apply(token, by=world.dave)
    token = exchange.propose(io.BytesIO(b"path,aliases\nban/weapon,g/h\n"), size=1, by=world.dave).token()
    give(world, knife, "g/h")
    with pytest.raises(ImportRefused, match="is an alias of ban/weapon/knife already"):
        exchange.apply(token, by=world.dave)


def test_the_976_labels_of_a_contract_are_imported_with_their_aliases(world: World) -> None:
    rows = [f"porn/sub_{n % 164}/detector_{n},Detector {n},检测{n},,theirs/{n % 164}/label_{n}" for n in range(976)]
    done = send(world, "\n".join(["path,name_en,name_zh,severity,aliases", *rows]) + "\n")
    assert (done.counts["new"], LabelAlias.objects.count()) == (976, 976)
    assert labels.in_force().name(LabelPath("theirs", "0", "label_164")) == "Detector 164"


def test_coverage_counts_labels_with_a_threshold_of_their_own(world: World, knife: Label) -> None:
    many(200)
    counted = labels.coverage({"ban/weapon/knife", "porn/sub_category_0/detector_number_00000", "made/up", "*"})
    assert counted.tuned == 2


def test_an_alias_waits_for_no_name(world: World, knife: Label) -> None:
    label("dangerous/Daoju")
    waiting = {str(one) for one in labels.listed(unnamed=True)}
    assert {"dangerous/Daoju", "ban/weapon"} <= waiting
    give(world, knife, "Dangerous/daoju")
    assert {str(one) for one in labels.listed(unnamed=True)} == waiting - {"dangerous/Daoju"}
