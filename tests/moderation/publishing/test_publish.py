"""Publishing the draft, and rolling back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from accounts.models import AuditEvent
from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.models import Case, PolicyVersion, ResultFacts
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft, store
from moderation.publishing import publish, queue_load
from moderation.publishing.confirm import NeedsConfirmation
from moderation.replay import jobs
from tests.factories import bodies
from tests.factories.policy_decisions import REVIEWED
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
    with pytest.raises(draft.NothingDrafted):
        publish.publish(by=world.dave)
    assert PolicyVersion.objects.count() == 2


def test_a_colleagues_later_change_is_not_published_unseen(world: World, drafted: draft.Draft) -> None:
    draft.save(with_thresholds(ad=200), base=1, expected_version=1, by="somebody else")
    with pytest.raises(draft.Conflict) as refused:
        publish.publish(expected_version=drafted.version, by=world.dave)
    assert (refused.value.why, review()) == ("published", 400)
    publish.publish(expected_version=refused.value.draft.version, by=world.dave)
    assert review() == 200


def test_nor_is_one_that_is_saved_while_it_is_looked_at(
    world: World, drafted: draft.Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved_meanwhile(seen: draft.Draft) -> list[Any]:
        draft.save(with_thresholds(ad=200), base=1, expected_version=seen.version, by="somebody else")
        return []

    monkeypatch.setattr(publish, "confirm_reasons", saved_meanwhile)
    with pytest.raises(draft.Conflict):
        publish.publish(by=world.dave)
    assert review() == 400


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
    with pytest.raises(publish.NeverInForce, match="Policy 0 is the built-in one"):
        publish.rollback(0, by=world.dave)
    assert review() == 400


# --- what has to be confirmed ------------------------------------------------------------------------------------


def drafting(world: World, body: Any, *, instead_of: Any = FIRST) -> draft.Draft:
    number = store.put_in_force(instead_of, by=world.dave).number
    return draft.save(body, base=number, expected_version=draft.current().version, by=world.dave)


def test_a_critical_label_that_is_rejected_less_needs_the_number_typed(world: World) -> None:
    stricter, milder = ({"sections": [{"name": "all", "thresholds": {"porn": {"reject": n}}}]} for n in (800, 900))
    drafting(world, milder, instead_of=stricter)
    for typed in (None, 1, 3):
        with pytest.raises(NeedsConfirmation) as refused:
            publish.publish(confirm=typed, by=world.dave)
        assert refused.value.number == 2
        (reason,) = refused.value.reasons
        assert (reason.kind, reason.section, reason.labels[0]) == ("rejects-less", "all", "porn")
        assert reason.count >= len(reason.labels)
    assert (store.in_force()[1].number, draft.current().is_empty) == (1, False)
    assert publish.publish(confirm=2, by=world.dave).number == 2
    assert AuditEvent.objects.latest("pk").details["confirmed"] == 2


def test_so_does_a_threshold_for_every_other_label_that_loosens_one(world: World) -> None:
    section = {"name": "all", "otherwise": "machine"}
    drafting(world, {"sections": [section | {"thresholds": {"*": {"review": 900, "reject": 950}}}]},
             instead_of={"sections": [section]})  # fmt: skip
    with pytest.raises(NeedsConfirmation) as refused:
        publish.publish(by=world.dave)
    assert [reason.kind for reason in refused.value.reasons] == ["any-loosens"]


def sent(world: World, count: int) -> None:
    some = [bodies.envelope(requestId=f"r{n}", **REVIEWED) for n in range(count)]
    accept_all([(parse_submission(one), world.web) for one in some], by=world.key)


@pytest.mark.parametrize(("count", "doubles"), [(20, True), (19, False)])
def test_and_a_queue_that_gets_more_than_twice_as_much(world: World, count: int, doubles: bool) -> None:
    drafting(world, {"rules": [{"queue": "nudity"}]}, instead_of={"rules": []})
    sent(world, count)
    if not doubles:
        publish.publish(by=world.dave)
        return
    with pytest.raises(NeedsConfirmation) as refused:
        publish.publish(by=world.dave)
    (reason,) = refused.value.reasons
    assert (reason.kind, reason.queue, reason.before, reason.after, reason.results) == (
        "queue-doubles", "nudity", 0, 20, 20,
    )  # fmt: skip


def test_what_came_in_long_ago_says_nothing_about_the_load(world: World) -> None:
    drafting(world, {"rules": [{"queue": "nudity"}]}, instead_of={"rules": []})
    sent(world, 30)
    Case.objects.update(received_at=Now() - timedelta(days=8))
    assert publish.publish(by=world.dave).number == 2


def test_a_replay_of_exactly_this_draft_is_believed_instead(world: World) -> None:
    found = drafting(world, {"rules": [{"queue": "nudity"}]}, instead_of={"rules": []})
    sent(world, 30)
    job = jobs.start(found.body, queues=import_string(settings.REPLAY_QUEUES)(), by=world.dave)
    jobs.work()
    job.refresh_from_db()
    assert job.state == "finished", job.why
    Case.objects.update(received_at=Now() - timedelta(days=8))
    with pytest.raises(NeedsConfirmation) as refused:
        publish.publish(by=world.dave)
    (reason,) = refused.value.reasons
    assert (reason.queue, reason.before, reason.after, reason.results) == ("nudity", 0, 30, 30)
    again = draft.save({"rules": [{"queue": "nudity", "boost": 1}]}, base=1, expected_version=1, by=world.dave)
    assert publish.publish(expected_version=again.version, by=world.dave).number == 2, "of that one there is none"


def test_and_its_counts_are_whole_however_long_ago_the_first_result_came(world: World) -> None:
    """Averages of an hour, rounded and multiplied by the days, were others."""
    found = drafting(world, {"rules": [{"queue": "nudity"}]}, instead_of={"rules": []})
    sent(world, 30)
    first = ResultFacts.objects.earliest("pk")
    ResultFacts.objects.filter(pk=first.pk).update(received_at=Now() - timedelta(days=400))
    jobs.start(found.body, queues=import_string(settings.REPLAY_QUEUES)(), by=world.dave)
    jobs.work()
    (before, after) = queue_load.predicted(store.in_force()[1], found.policy)
    assert (before.queue, before.before, before.after, before.results) == ("default", 30, 0, 30)
    assert (after.queue, after.before, after.after, after.results) == ("nudity", 0, 30, 30)


def test_what_is_stricter_and_what_only_reorders_needs_none(world: World) -> None:
    milder, stricter = ({"sections": [{"name": "all", "thresholds": {"porn": {"reject": n}}}]} for n in (900, 800))
    drafting(world, stricter, instead_of=milder)
    publish.publish(by=world.dave)
    drafting(world, {"boosts": {"reach": 9}}, instead_of={"rules": []})
    sent(world, 30)
    assert publish.publish(by=world.dave).active
