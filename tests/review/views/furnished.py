"""Some of everything that pages list. Called again with another number there is as much again."""

from __future__ import annotations

from accounts import access_keys, registration
from accounts.models import AccessKey, App, User
from moderation.models import Case
from moderation.word_lists import changes
from review.cases import saved_views
from review.queues import configure, teams
from review.workflow import defer
from tests.factories import replays, tasks
from tests.factories.endpoints import dead, subscribed, waiting
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.moderation.callbacks.quarantined import address, keep, unknown_level
from tests.world import World, person, queue


def furnish(world: World, number: int) -> dict[str, int]:
    """Returns what the addresses of pages name. Every list of cases has some that were decided, wait and came back."""
    _manage(world, number)
    by_policy = replays.past(world)[0]
    replay = replays.replayed(world)
    decider = person(f"person-{number}")
    configure.set_members(world.nudity, [*world.nudity.members.all(), decider], by="tests")
    world.nudity.memberships.update(practises=False)
    decided = [_decided(world, by) for by in (decider, decider, world.bob)]
    open_task, *_ = tasks.waiting(world.nudity, app=world.web, count=4)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, note="Look.")
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)
    endpoint, _ = subscribed(name=f"orders {number}")
    (delivery,) = dead(endpoint, case=decided[0], final_result=decided[0].final_results.get())
    waiting(endpoint, case=decided[1], final_result=decided[1].final_results.get())
    Case.objects.update(token_id="subject-7", data_id="data-77")
    return {
        **{"web": world.web.pk, "carol": world.carol.pk, "replay": replay.pk, "endpoint": endpoint.pk},
        **{"delivery": delivery.pk, "decided": decided[0].pk, "by_policy": by_policy.pk, "waiting": open_task.case_id},
    }


def _manage(world: World, number: int) -> None:
    registration.register_app(App(app_id=f"app-{number}", name=f"App {number}"), by="tests")
    access_keys.issue(name=f"key {number}", app=None, scopes=list(AccessKey.Scope.values), by="tests")
    night = queue(f"night-{number}", members=[world.alice, world.carol])
    teams.create(f"Night {number}", people=[world.bob], queues=[night], by=world.dave)
    keep(address(world, name=f"theirs {number}"), unknown_level(requestId=f"r{number}"))
    changes.create(name=f"contacts {number}", kind="plain", by=world.dave)
    saved_views.save(name=f"Nudity {number}", query="label=porn", shared=True, by=world.alice)


def _decided(world: World, by: User) -> Case:
    tasks.waiting(world.nudity, app=world.web)
    return decide(take_lease(world.nudity, by=by), by=by, judgement=PASS).task.case
