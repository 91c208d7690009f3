"""Publishing the draft, and rolling back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEvent
from moderation.models import PolicyVersion
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft, publish, store
from tests.moderation.policy_versions.test_draft import with_thresholds
from tests.world import World

FIRST, SECOND = with_thresholds(ad=400), with_thresholds(ad=300)


@pytest.fixture
def drafted(world: World) -> draft.Draft:
    store.put_in_force(FIRST, by=world.dave)
    return draft.save(SECOND, base=1, expected_version=0, by=world.dave)


def review() -> int | None:
    return store.in_force()[1].sections[0].thresholds["ad"].review


def told() -> list[tuple[str, Any]]:
    events = AuditEvent.objects.filter(action__startswith="policy").order_by("pk")
    return [(event.action, event.details.get("number")) for event in events]


def test_the_draft_is_put_in_force_as_the_next_version_and_is_none_any_more(world: World, drafted: draft.Draft) -> None:
    version = publish.publish(by=world.dave)
    assert (version.number, version.in_force_by, review()) == (2, world.dave, 300)
    found = draft.current()
    assert (found.is_empty, found.base, found.version) == (True, 2, drafted.version + 1)
    assert told() == [("policy.put-in-force", 1), ("policy-draft.saved", None), ("policy.put-in-force", 2)]


def test_with_nothing_drafted_there_is_nothing_to_publish(world: World, drafted: draft.Draft) -> None:
    publish.publish(by=world.dave)
    with pytest.raises(publish.NothingDrafted):
        publish.publish(by=world.dave)
    assert PolicyVersion.objects.count() == 2


def test_a_colleagues_later_change_is_not_published_unseen(world: World, drafted: draft.Draft) -> None:
    draft.save(with_thresholds(ad=200), base=1, expected_version=1, by="somebody else")
    with pytest.raises(draft.Conflict) as refused:
        publish.publish(expected_version=drafted.version, by=world.dave)
    assert (refused.value.why, review()) == ("published", 400)
    publish.publish(expected_version=refused.value.draft.version, by=world.dave)
    assert review() == 200


def test_an_outdated_draft_is_not_published(world: World, drafted: draft.Draft) -> None:
    store.put_in_force(with_thresholds(ad=350), by=world.dave)
    with pytest.raises(draft.Conflict) as refused:
        publish.publish(by=world.dave)
    assert (refused.value.why, review()) == ("base", 350)
    assert [one.id for one in refused.value.theirs] == ["sections/web/thresholds/ad"]
    draft.rebase(by=world.dave)
    assert (publish.publish(by=world.dave).number, review()) == (3, 300)


def test_a_queue_that_went_since_is_refused(world: World, drafted: draft.Draft) -> None:
    world.nudity.reasons.all().delete()
    world.nudity.delete()
    with pytest.raises(PolicyRefused, match="no queue"):
        publish.publish(by=world.dave)
    with pytest.raises(PolicyRefused, match="no queue"):
        publish.rollback(1, by=world.dave)
    assert (review(), draft.current().is_empty) == (400, False)


def test_rolling_back_is_one_verb_and_leaves_the_draft(world: World, drafted: draft.Draft) -> None:
    publish.publish(by=world.dave)
    draft.save(with_thresholds(ad=1), base=2, expected_version=2, by=world.dave)
    assert publish.rollback(1, by=world.dave).number == 1
    assert (review(), PolicyVersion.objects.count()) == (400, 2)
    assert told()[-1] == ("policy.rolled-back", 1)
    assert draft.current().is_outdated
    assert publish.rollback(2, by=world.dave).active, "forward again"
    assert told()[-1] == ("policy.put-in-force", 2)


def test_what_was_never_in_force_is_not_rolled_back_to(world: World, drafted: draft.Draft) -> None:
    PolicyVersion.objects.create(number=7, body=SECOND)
    with pytest.raises(publish.NeverInForce):
        publish.rollback(7, by=world.dave)
    with pytest.raises(PolicyVersion.DoesNotExist):
        publish.rollback(8, by=world.dave)
    assert review() == 400
