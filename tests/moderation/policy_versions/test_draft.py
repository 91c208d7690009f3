"""The one draft that everybody edits: saved, merged, undone, carried over, discarded; who may, and what is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent
from moderation import labels
from moderation.models import SavedDraft
from moderation.policy import PolicyRefused, read
from moderation.policy.changes import UnknownChange
from moderation.policy.section_bodies import read_sections
from moderation.policy_versions import draft, store
from tests.world import World

Body = dict[str, Any]
WEB: Body = {"name": "web", "scope": {"app": "web"}, "thresholds": {"porn": {"review": 400, "reject": 850}}}
BODY: Body = {"rules": [{"name": "all", "queue": "nudity"}], "sections": [WEB]}


def with_thresholds(**numbers: int) -> Body:
    return BODY | {"sections": [WEB | {"thresholds": {name: {"review": number} for name, number in numbers.items()}}]}


@pytest.fixture
def in_force(world: World) -> int:
    return store.put_in_force(with_thresholds(porn=400, ad=400), by=world.dave).number


def save(body: Body, *, by: Any, seen: int | None = 0, base: int = 1, **how: Any) -> draft.Draft:
    return draft.save(body, base=base, expected_version=seen, by=by, **how)


def reviewed_from(found: draft.Draft) -> dict[str, int | None]:
    return {label: one.review for label, one in found.policy.sections[0].thresholds.items()}


def test_with_nothing_drafted_it_is_the_policy_in_force(world: World, in_force: int) -> None:
    found = draft.current()
    assert (found.is_empty, found.base, found.in_force, found.version, found.changes()) == (True, 1, 1, 0, ())
    assert found.policy.sections == store.in_force()[1].sections


def test_and_the_built_in_one_before_anybody_made_one(world: World) -> None:
    assert (draft.current().base, draft.current().policy.rules) == (0, ())
    found = save(BODY, by=world.dave, base=0)
    assert (found.base, [one.id for one in found.changes()]) == (
        0, ["sections/web", "sections/web/thresholds/porn", "rules/=all"],
    )  # fmt: skip


def test_it_is_saved_with_who_and_when_and_changes_nothing_that_is_in_force(world: World, in_force: int) -> None:
    found = save(with_thresholds(porn=480, ad=400), by=world.dave)
    assert (found.version, found.saved_by, found.saved_by_name) == (1, world.dave, "dave@example.test")
    assert found == draft.current()
    assert found.saved_at
    assert [one.id for one in found.changes()] == ["sections/web/thresholds/porn"]
    assert store.in_force()[1].sections[0].thresholds["porn"].review == 400
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by_name, event.details) == (
        "policy-draft.saved", "dave@example.test", {"base": 1, "changes": 1},
    )  # fmt: skip


def test_saving_the_same_again_writes_nothing(world: World, in_force: int) -> None:
    first = save(with_thresholds(porn=480, ad=400), by=world.dave)
    events = AuditEvent.objects.count()
    assert save(with_thresholds(porn=480, ad=400), by=world.dave, seen=1) == first
    assert save(with_thresholds(porn=400, ad=400), by=world.dave, seen=1).is_empty
    assert AuditEvent.objects.count() == events + 1
    assert save(with_thresholds(porn=400, ad=400), by=world.dave, seen=2).version == 2
    assert AuditEvent.objects.count() == events + 1


def test_two_people_who_changed_different_labels_are_merged(world: World, in_force: int) -> None:
    save(with_thresholds(porn=480, ad=400), by=world.dave)
    found = save(with_thresholds(porn=400, ad=300), by="somebody else")
    assert reviewed_from(found) == {"porn": 480, "ad": 300}
    assert (found.version, found.saved_by, found.saved_by_name) == (2, None, "somebody else")


def test_two_who_changed_the_same_label_get_a_conflict_with_both(world: World, in_force: int) -> None:
    save(with_thresholds(porn=480, ad=300), by=world.dave)
    with pytest.raises(draft.Conflict) as refused:
        save(with_thresholds(porn=500, ad=400, qr=1), by="somebody else")
    conflict = refused.value
    assert (conflict.why, conflict.collisions) == ("saved", ("sections/web/thresholds/porn",))
    assert {one.id.rpartition("/")[2] for one in conflict.mine} == {"porn", "qr"}
    assert {one.id.rpartition("/")[2] for one in conflict.theirs} == {"porn", "ad"}
    merged = read(0, conflict.merged).sections[0].thresholds
    assert {label: one.review for label, one in merged.items()} == {"porn": 500, "ad": 300, "qr": 1}
    assert reviewed_from(draft.current()) == {"porn": 480, "ad": 300}
    resolved = save(conflict.merged, by="somebody else", seen=conflict.draft.version)
    assert reviewed_from(resolved) == {"porn": 500, "ad": 300, "qr": 1}


def test_who_takes_a_change_back_that_a_colleague_has_seen_takes_it_back(world: World, in_force: int) -> None:
    first = save(with_thresholds(porn=480, ad=400), by=world.dave)
    save(with_thresholds(porn=480, ad=300), by="somebody else", seen=first.version)
    found = save(with_thresholds(porn=400, ad=400), by=world.dave, seen=first.version)
    assert reviewed_from(found) == {"porn": 400, "ad": 300}


def test_without_a_version_ones_own_draft_is_replaced_and_anothers_merged(world: World, in_force: int) -> None:
    save(with_thresholds(porn=480, ad=400), by="one", seen=None)
    assert reviewed_from(save(with_thresholds(porn=500, ad=400), by="one", seen=None)) == {"porn": 500, "ad": 400}
    found = save(with_thresholds(porn=400, ad=300), by="other", seen=None)
    assert reviewed_from(found) == {"porn": 500, "ad": 300}
    with pytest.raises(draft.Conflict):
        save(with_thresholds(porn=1, ad=300), by="one", seen=None)


def test_two_sections_that_exclude_each_other_are_a_conflict(world: World, in_force: int) -> None:
    one, other = ({"name": name, "scope": scope} for name, scope in (("a", {"event": "x"}), ("b", {"lang": "zh"})))
    save({"sections": [one]}, by=world.dave)
    with pytest.raises(draft.Conflict) as refused:
        save({"sections": [other]}, by="somebody else")
    assert refused.value.why == "saved"
    with pytest.raises(PolicyRefused):
        read(0, refused.value.merged)


def test_a_draft_of_a_policy_that_is_not_in_force_any_more_is_a_conflict(world: World, in_force: int) -> None:
    store.put_in_force(with_thresholds(porn=300, ad=400), by=world.dave)
    with pytest.raises(draft.Conflict) as refused:
        save(with_thresholds(porn=400, ad=500), by=world.dave)
    conflict = refused.value
    assert (conflict.why, conflict.draft.in_force, conflict.collisions) == ("base", 2, ())
    assert [one.id for one in conflict.theirs] == ["sections/web/thresholds/porn"]
    assert [one.id for one in conflict.mine] == ["sections/web/thresholds/ad"]
    found = save(conflict.merged, by=world.dave, base=2, seen=conflict.draft.version)
    assert (reviewed_from(found), found.base) == ({"porn": 300, "ad": 500}, 2)


def test_a_number_that_there_never_was_is_not_in_force(world: World, in_force: int) -> None:
    with pytest.raises(draft.Conflict):
        save(with_thresholds(porn=1, ad=1), by=world.dave, base=77)


def test_an_outdated_draft_is_carried_over(world: World, in_force: int) -> None:
    save(with_thresholds(porn=480, ad=400), by=world.dave)
    store.put_in_force(with_thresholds(porn=300, ad=350), by=world.dave)
    assert draft.current().is_outdated
    for seen, base in ((1, 1), (None, 1)):
        with pytest.raises(draft.Conflict):
            save(with_thresholds(porn=490, ad=400), by=world.dave, seen=seen, base=base)
    found = draft.rebase(by=world.dave)
    assert (found.base, found.is_outdated, reviewed_from(found)) == (2, False, {"porn": 480, "ad": 350})
    assert draft.rebase(by=world.dave) == found


def test_who_has_seen_that_another_policy_is_in_force_carries_the_draft_over_by_saving(
    world: World, in_force: int
) -> None:
    save(with_thresholds(porn=480, ad=400), by=world.dave)
    store.put_in_force(with_thresholds(porn=400, ad=350), by=world.dave)
    with pytest.raises(draft.Conflict) as refused:
        save(with_thresholds(porn=480, ad=400, qr=7), by=world.dave, seen=1)
    found = save(refused.value.merged, by=world.dave, seen=1, base=2)
    assert (reviewed_from(found), found.base) == ({"porn": 480, "ad": 350, "qr": 7}, 2)


def test_one_change_is_undone_and_a_colleagues_stays(world: World, in_force: int) -> None:
    seen = save(with_thresholds(porn=480, ad=300), by=world.dave)
    save(with_thresholds(porn=480, ad=300, qr=5), by="somebody else", seen=seen.version)
    found = draft.undo("sections/web/thresholds/porn", expected_version=seen.version, by=world.dave)
    assert reviewed_from(found) == {"porn": 400, "ad": 300, "qr": 5}
    with pytest.raises(UnknownChange):
        draft.undo("sections/web/thresholds/porn", expected_version=found.version, by=world.dave)
    draft.undo("sections/web/thresholds/ad", expected_version=found.version, by=world.dave)
    last = draft.undo("sections/web/thresholds/qr", expected_version=found.version + 1, by=world.dave)
    assert last.is_empty, "nothing is left of it"


def test_what_is_undone_although_a_colleague_changed_it_on_is_a_conflict(world: World, in_force: int) -> None:
    seen = save(with_thresholds(porn=480, ad=400), by=world.dave)
    save(with_thresholds(porn=490, ad=400), by="somebody else", seen=seen.version)
    with pytest.raises(draft.Conflict):
        draft.undo("sections/web/thresholds/porn", expected_version=seen.version, by=world.dave)


def test_changes_of_an_outdated_draft_are_undone_too(world: World, in_force: int) -> None:
    """Else one that cannot be carried over, because of one section, could only be discarded."""
    scopes = {"a": {"app": "web", "event": "x"}, "b": {"app": "web", "lang": "zh"}}
    one, other = ({"name": name, "scope": scope} for name, scope in scopes.items())
    base = with_thresholds(porn=400, ad=400)
    drafted = {**base, "sections": [*with_thresholds(porn=480, ad=400)["sections"], one]}
    save(drafted, by=world.dave)
    store.put_in_force({**base, "sections": [*base["sections"], other]}, by=world.dave)
    with pytest.raises(PolicyRefused):
        draft.rebase(by=world.dave)
    found = draft.undo("sections/a", expected_version=1, by=world.dave)
    assert (found.base, found.is_outdated, len(found.changes())) == (1, True, 1)
    assert [section.name for section in draft.rebase(by=world.dave).policy.sections] == ["web", "b"]


def test_it_is_discarded(world: World, in_force: int) -> None:
    save(with_thresholds(porn=480, ad=400), by=world.dave)
    draft.discard(expected_version=1, by=world.dave)
    assert (draft.current().is_empty, draft.current().version) == (True, 2)
    assert AuditEvent.objects.latest("pk").action == "policy-draft.discarded"
    events = AuditEvent.objects.count()
    draft.discard(expected_version=1, by=world.dave)
    assert AuditEvent.objects.count() == events
    with pytest.raises(draft.Conflict):
        save(with_thresholds(porn=490, ad=400), by=world.dave, seen=1)


def test_what_a_colleague_has_drafted_meanwhile_is_not_discarded(world: World, in_force: int) -> None:
    seen = save(with_thresholds(porn=480, ad=400), by=world.dave)
    save(with_thresholds(porn=480, ad=300), by="somebody else", seen=seen.version)
    with pytest.raises(draft.Conflict) as refused:
        draft.discard(expected_version=seen.version, by=world.dave)
    conflict = refused.value
    assert (conflict.why, conflict.draft.version, reviewed_from(draft.current())["ad"]) == ("published", 2, 300)
    assert {one.id.rpartition("/")[2] for one in conflict.theirs} == {"porn", "ad"}
    draft.discard(expected_version=conflict.draft.version, by=world.dave)
    assert draft.current().is_empty


def test_a_body_is_read_once_and_nothing_while_the_draft_is_locked(
    world: World, in_force: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One with thousands of thresholds takes tens of milliseconds, and everybody else waits."""
    seen = save(with_thresholds(porn=480, ad=400), by=world.dave)
    happened, lock = list[str](), draft.lock

    def reads(part: Any) -> Any:
        happened.append("read")
        return read_sections(part)

    def locks() -> Any:
        happened.append("locked")
        return lock()

    monkeypatch.setattr("moderation.policy.parse.read_sections", reads)
    monkeypatch.setattr(draft, "lock", locks)
    assert len(save(with_thresholds(porn=490, ad=300), by=world.dave, seen=seen.version).changes()) == 2
    assert happened == ["read", "locked"]


def test_only_so_many_saves_are_kept(world: World, in_force: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "KEPT", 3)
    for n in range(6):
        save(with_thresholds(porn=n, ad=400), by=world.dave, seen=n)
    assert list(SavedDraft.objects.order_by("version").values_list("version", flat=True)) == [4, 5, 6]
    with pytest.raises(draft.Conflict) as refused:
        save(with_thresholds(porn=99, ad=400), by=world.dave, seen=2)
    assert (refused.value.why, refused.value.merged) == ("saved", draft.current().body)


def test_everything_that_is_wrong_is_told_at_once_and_nothing_stored(world: World, in_force: int) -> None:
    wrong = {
        "rules": [{"queue": "nowhere"}, {"when": {"label": ["violence/gorre"]}, "queue": "nudity"}],
        "sections": [{"name": "a", "scope": {"app": "webb", "colour": 1}, "thresholds": {"porn": {"review": 1001}}}],
    }
    with pytest.raises(PolicyRefused) as refused:
        save(wrong, by=world.dave)
    assert {one.pointer for one in refused.value.mistakes} == {
        "/rules/0/queue", "/sections/0/scope/app", "/sections/0/scope/colour", "/sections/0/thresholds/porn/review",
    }  # fmt: skip
    assert draft.current().is_empty


def test_a_new_label_of_a_rule_is_registered_and_a_threshold_may_name_any(world: World, in_force: int) -> None:
    body = with_thresholds(porn=400, ad=400) | {"rules": [{"when": {"label": ["fraud/fake"]}, "queue": "nudity"}]}
    with pytest.raises(PolicyRefused):
        save(body, by=world.dave)
    save(body, by=world.dave, new_labels=[0])
    assert labels.unknown_patterns(["fraud/fake"]) == []
    assert reviewed_from(save(with_thresholds(nobody_knows=1), by=world.dave, seen=1)) == {"nobody_knows": 1}
