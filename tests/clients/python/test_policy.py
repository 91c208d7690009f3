"""The policy through the client, against a real web process: drafted, in shadow, replayed, published, rolled back."""

from __future__ import annotations

import pytest

from moderation.policy_versions import store
from second_look import Client, Conflict, InvalidCall, NotFound, PolicyVersion
from tests.moderation.api.test_policy import BODY, MILDER, STRICTER
from tests.world import World


@pytest.fixture
def first(committed_world: World) -> None:
    store.put_in_force(BODY, by=committed_world.dave)


def test_a_draft_is_saved_shadowed_published_and_rolled_back(first: None, client: Client) -> None:
    begun: PolicyVersion = client.policy.in_force()
    assert begun.number == 1
    assert begun.policy["sections"][0]["thresholds"]["porn"] == {"review": 400, "reject": 850}
    assert client.policy.draft().changes == ()
    saved = client.policy.save(STRICTER, base=1)
    assert (saved.base, saved.in_force, saved.next) == (1, 1, 2)
    assert saved.changes[0]["after"] == {"review": 400, "reject": 800}
    assert saved.saved_at
    again = client.policy.save(STRICTER, base=1, version=saved.version)
    assert client.policy.start_shadow().since
    assert client.policy.shadow().results == 0
    assert client.policy.stop_shadow().since is None
    assert client.policy.publish(version=again.version).number == 2
    assert client.policy.roll_back(1).policy == begun.policy


def test_a_replay_is_begun_and_looked_at(first: None, client: Client) -> None:
    client.policy.save(STRICTER, base=1)
    job = client.policy.replay(last=1000)
    assert (job.in_force, job.last, job.report) == (1, 1000, None)
    assert client.policy.get_replay(job.id).id == job.id
    with pytest.raises(NotFound):
        client.policy.get_replay("999999")


def test_a_draft_is_discarded(first: None, client: Client) -> None:
    drafted = client.policy.save(STRICTER, base=1)
    with pytest.raises(Conflict):
        client.policy.discard(drafted.version - 1)
    assert client.policy.discard(drafted.version).changes == ()


def test_what_has_to_be_confirmed_names_its_number(first: None, client: Client) -> None:
    client.policy.save(MILDER, base=1)
    with pytest.raises(Conflict) as refused:
        client.policy.publish()
    assert refused.value.outcome == "needs-confirmation"
    assert client.policy.publish(confirm=refused.value.body["confirm"]).number == 2


def test_mistakes_and_conflicts_are_told(first: None, client: Client) -> None:
    with pytest.raises(Conflict) as nothing:
        client.policy.publish()
    assert nothing.value.outcome == "nothing-drafted"
    with pytest.raises(InvalidCall) as wrong:
        client.policy.save({"rules": "none"}, base=1)
    assert any(one.pointer.startswith("/policy") for one in wrong.value.where)
    client.policy.save(STRICTER, base=1)
    client.policy.publish()
    with pytest.raises(Conflict) as outdated:
        client.policy.save(MILDER, base=1)
    assert outdated.value.outcome == "not-in-force"
