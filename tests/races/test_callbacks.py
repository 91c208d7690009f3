"""The detection service and administrators at the same moment."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.db.models.functions import Now
from django.test import Client

from accounts.models import AuditEvent
from moderation.callbacks import addresses, quarantine
from moderation.models import Case, MachineResult, Quarantined
from tests.moderation.callbacks.quarantined import address, keep
from tests.moderation.contract import bodies
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind


def post(url: str, body: str) -> Any:
    return Client().post(url, body, content_type="application/json").json()["code"]


def test_one_body_thirty_times_at_once_is_kept_once_and_counted(floor: Floor) -> None:
    _, secret = addresses.create(name="theirs", app=floor.world.web, by=floor.world.dave)
    assert at_once([partial(post, f"/callbacks/{secret}", "what?")] * 30) == [1902] * 30
    assert Quarantined.objects.get().times_received == 30
    assert AuditEvent.objects.filter(action="quarantine.kept").count() == 1


def test_one_batch_thirty_times_at_once_is_its_cases_once(floor: Floor) -> None:
    _, secret = addresses.create(name="theirs", app=floor.world.web, by=floor.world.dave)
    assert at_once([partial(post, f"/callbacks/{secret}", json.dumps(bodies.batch()))] * 30) == [1100] * 30
    assert (Case.objects.count(), MachineResult.objects.count()) == (3, 3)


def test_a_replay_pressed_by_many_at_once_is_one(floor: Floor) -> None:
    where = address(floor.world)
    row = keep(where, bodies.image_v4(riskLevel="BLOCK"))
    mended = json.dumps(bodies.image_v4())
    done = at_once([partial(quarantine.replay_edited, row.pk, mended, by=floor.world.dave)] * 20)
    assert [one.state for one in of_kind(done, Quarantined)] == ["replayed"] * 20
    assert AuditEvent.objects.filter(action="quarantine.replayed").count() == 1
    assert (Case.objects.count(), MachineResult.objects.count()) == (1, 1)


def test_two_batches_of_the_same_cases_in_other_orders_replay_without_a_deadlock(floor: Floor) -> None:
    where = address(floor.world)
    items = [bodies.image_v4(requestId=f"batch-1_{n}", btId=str(n)) for n in range(12)]
    for turn in range(10):
        rows = []
        for order in (items, items[::-1]):
            told = [item | {"riskDescription": f"turn {turn} {order is items}"} for item in order]
            rows.append(
                Quarantined.objects.create(
                    address=where, sha256=f"{turn}{order is items}", body=json.dumps(bodies.batch(imgs=told)).encode()
                )
            )
        done = at_once([partial(quarantine.replay, row.pk, by=floor.world.dave) for row in rows])
        assert [one.state for one in of_kind(done, Quarantined)] == ["replayed"] * 2, done


def test_a_body_that_comes_again_while_it_is_replayed_waits_anew(floor: Floor) -> None:
    _, secret = addresses.create(name="theirs", app=floor.world.web, by=floor.world.dave)
    post(f"/callbacks/{secret}", "what?")
    row = Quarantined.objects.get()

    def replayed_meanwhile() -> None:
        Quarantined.objects.filter(pk=row.pk).update(state="replayed", replayed_at=Now())

    assert held_up(replayed_meanwhile, partial(post, f"/callbacks/{secret}", "what?")) == [1902]
    assert sorted(Quarantined.objects.values_list("state", "times_received")) == [("replayed", 1), ("waiting", 1)]
