"""What processes remember is never older than the table it was read from, whoever changed that."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import App
from moderation.models import PictureFetch
from review.models import Queue
from review.workflow import enqueue
from tests.factories import bodies
from tests.moderation.api.calls import post
from tests.world import World


def known(client: Client, world: World, app_id: str = "web") -> bool:
    return bool(post(client, bodies.envelope(app_id=app_id), world.bearer).status_code == 201)


def test_an_app_that_is_registered_is_known_with_the_next_call(client: Client, world: World) -> None:
    assert known(client, world)
    assert not known(client, world, "new")
    App.objects.create(app_id="new", name="New")
    assert known(client, world, "new")


def test_an_app_that_may_no_longer_skip_certificate_checks_does_not(client: Client, world: World) -> None:
    asked: Any = {"extra": {"isIgnoreTls": True}}
    for allowed in (True, False):
        App.objects.filter(app_id="web").update(allows_ignore_tls=allowed)
        post(client, bodies.envelope(data=asked), world.bearer)
        assert PictureFetch.objects.latest("pk").verify_tls is not allowed


@pytest.mark.parametrize("change", [{"sla_minutes": 7}, {"name": "Renamed"}, {"is_default": False}])
def test_a_queue_that_changed_behind_our_back_is_read_anew(world: World, change: dict[str, Any]) -> None:
    enqueue.queue_for("default")
    Queue.objects.filter(slug="default").update(**change)
    remembered = enqueue.queue_for("default")
    assert {name: getattr(remembered, name) for name in change} == change


def test_what_did_not_change_is_not_read_again(client: Client, world: World) -> None:
    assert tables_read(client, world) == {"review_queue", "accounts_app"}
    assert tables_read(client, world) == set()


def tables_read(client: Client, world: World) -> set[str]:
    """Of those that are remembered, by one result that arrives."""
    with CaptureQueriesContext(connection) as asked:
        assert known(client, world)
    said = " ".join(one["sql"].replace('"', "") for one in asked)
    return {table for table in ("review_queue", "accounts_app") if re.search(rf"FROM {table}\b", said)}
