"""One object of each kind that an address names: one that members of *nudity* may see, one that is none of theirs, and
the name of one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from accounts import invitations
from moderation.disposal import changes as own_labels
from moderation.disposal.mapping import Own
from moderation.models import EndpointTest, KnownPicture, Label
from moderation.webhooks import redeliver_all
from moderation.webhooks.delivery_filters import Filters
from moderation.word_lists import changes
from review.cases import saved_views
from review.models import Membership, RetentionRule, ReviewTask, Run
from review.queues import guidelines, teams
from review.workflow import runs
from tests.factories import erasures, pictures, replays, tasks
from tests.factories.endpoints import dead, subscribed
from tests.factories.policies import published
from tests.factories.tried import tried_by
from tests.factories.verdicts import decide, take_lease
from tests.moderation.callbacks.quarantined import address, keep, unknown_level
from tests.world import World, queue

RULES: dict[str, Any] = {"rules": [{"name": "minors first", "when": {"label": ["minor"]}, "queue": "nudity"}]}
MISSING = 10**9
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """`own` is alice's and carol's; `other` is Bob's, who works in a queue of his own; `nobody` does not exist."""

    own: Arguments
    nobody: Arguments
    other: Arguments | None = None


def made(world: World) -> dict[str, Kind]:
    bobs = queue("bobs", members=[world.bob])
    guidelines.write(world.nudity, "Look twice.", by=world.dave, instead_of="")
    own, other = _decided(world, world.nudity), _decided(world, bobs)
    waiting = _waiting(world, world.nudity), _waiting(world, bobs)
    case = {"case_id": MISSING}
    return {
        "": Kind({}, {}),
        "case": Kind({"case_id": own}, case, {"case_id": other}),
        "waiting case": Kind({"case_id": waiting[0]}, case, {"case_id": waiting[1]}),
        "picture": Kind(*[{"case_id": pk, "rendition": "preview"} for pk in (own, MISSING, other)]),
        "frame": Kind(*[{"case_id": pk, "number": 1} for pk in (own, MISSING, other)]),
        "queue": Kind({"slug": "nudity"}, {"slug": "no-such-queue"}, {"slug": "bobs"}),
        **_of_people(world),
        **_of_administrators(world),
    }


def _decided(world: World, of: Any) -> int:
    tasks.waiting(of, app=world.web)
    case = decide(take_lease(of, by=world.bob), by=world.bob).task.case
    pictures.show(case, pictures.animation(3))
    return case.pk


def _waiting(world: World, of: Any) -> int:
    (task,) = tasks.waiting(of, app=world.web)
    return task.case_id


def _of_people(world: World) -> dict[str, Kind]:
    listed = list(ReviewTask.objects.filter(queue=world.nudity).values_list("pk", flat=True))
    alices = runs.start(listed, source=Run.Source.CASES, back="/review/cases/", by=world.alice)
    view = saved_views.save(name="Nudity", query="label=porn", shared=False, by=world.alice)
    Membership.objects.filter(user=world.alice, queue=world.default).update(practises=True)
    return {
        "alice's run": Kind({"run_id": alices.pk}, {"run_id": uuid4()}),
        "alice's view": Kind({"view_id": view.pk}, {"view_id": MISSING}),
        "carol's tried picture": Kind({"pk": tried_by(world.carol).pk}, {"pk": uuid4()}),
        "person": Kind({"pk": world.alice.pk}, {"pk": MISSING}),
        "newcomer": Kind({"user_id": world.alice.pk}, {"user_id": MISSING}),
    }


def _of_administrators(world: World) -> dict[str, Kind]:
    endpoint, _ = subscribed()
    test = EndpointTest.objects.create(endpoint=endpoint, webhook_id="msg_x", created_by=world.dave, url=endpoint.url)
    words = changes.create(name="contacts", kind="plain", by=world.dave)
    (invited,) = invitations.invite(["hana@example.test"], role="lead", by=world.dave)
    rows: dict[str, tuple[Arguments, Arguments]] = {
        "policy": ({"number": published(RULES, by=world.dave).number}, {"number": MISSING}),
        "erasure": ({"pk": erasures.finished(world.dave).pk}, {"pk": uuid4()}),
        "endpoint's test": ({"pk": endpoint.pk, "test_id": test.pk}, {"pk": endpoint.pk, "test_id": MISSING}),
    }
    keys = {
        "label": Label.objects.earliest("risk_label1", "risk_label2", "risk_label3").pk,
        "word list": words.pk,
        "own label": own_labels.add(world.web, label="porn", own=Own("TNS-2"), by=world.dave).pk,
        "known picture": KnownPicture.objects.create(app=world.web, sha256="0" * 64, label="porn").pk,
        "team": teams.create("Night", people=[world.bob], queues=[world.nudity], by=world.dave).pk,
        "invitation": invited.invitation.pk,
        "app": world.web.pk,
        "key": world.key.pk,
        "callback address": address(world).pk,
        "endpoint": endpoint.pk,
        "delivery": dead(endpoint)[0].pk,
        "redelivery": redeliver_all.start(Filters(state="dead"), by=world.dave).pk,
        "quarantined": keep(address(world), unknown_level()).pk,
        "replay": replays.replayed(world).pk,
        "retention rule": RetentionRule.objects.create(queue=world.nudity, pictures_days=30).pk,
    }
    found = {name: Kind(*pair) for name, pair in rows.items()}
    return found | {name: Kind({"pk": pk}, {"pk": MISSING}) for name, pk in keys.items()}
