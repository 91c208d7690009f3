"""How many bytes a case takes, by table and with its indexes, once a person has decided it and an endpoint has its
result: as the product itself has written it, its audit chained. The picture is in the picture store, not here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.audit_chain import append
from benchmarks.table.rows import size
from moderation import cache_versions
from moderation.api.app_scope import Senders
from moderation.api.batch import take_in
from moderation.contract import json_text
from moderation.models import Delivery
from moderation.webhooks.deliver import deliver_due
from review.models import ReviewTask
from tests.factories import bodies, endpoints
from tests.factories.verdicts import decide, take_lease
from tests.world import World, build

WAVES, WAVE = 10, 200
CASES = WAVES * WAVE
_SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
 WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname ~ '^(accounts|moderation|review)_'
"""
LEAST_GROWTH = 100_000  # bytes of all cases together: less is a first page


@pytest.fixture
def receiver() -> Iterator[str]:
    argv = [sys.executable, "-m", "benchmarks.floor.receiver"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        process.terminate()


@pytest.mark.django_db(transaction=True)
def test_bytes_a_case(receiver: str, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    world = build()
    endpoints.subscribed(url=receiver)
    before = sizes()
    for _ in range(WAVES):
        live(world)
        vacuum()  # as often as its own daemon: room of earlier versions of rows is used again
    after = sizes()
    for table, grown in sorted(after.items(), key=lambda one: before[one[0]] - one[1]):
        if grown - before[table] >= LEAST_GROWTH:
            each = (grown - before[table]) / CASES
            print(f"{table:35} {each:7,.0f} bytes a case")
            size(table, each)


def live(world: World) -> None:
    """The whole life of the cases of one wave."""
    batch = json.dumps([bodies.envelope(data={"tokenId": f"subject-{n}"}) for n in range(WAVE)]).encode()
    with cache_versions.read_together():
        assert take_in(json_text.loads_apart(batch), Senders(world.key, "web"))["accepted"] == WAVE
    for _ in range(WAVE):
        decide(take_lease(world.default, by=world.alice), by=world.alice)
    while deliver_due():
        pass
    while append.append():
        pass
    assert not ReviewTask.objects.filter(state="waiting").exists()
    assert not Delivery.objects.exclude(state="delivered").exists()


def sizes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        return dict(cursor.fetchall())


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
