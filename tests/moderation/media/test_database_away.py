"""While the database is away, a fetch waits for it: that says nothing about its picture."""

from __future__ import annotations

import socket

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from moderation.media import fetch
from moderation.models import PictureFetch
from tests.factories import pictures
from tests.moderation.away import Away
from tests.moderation.outbound.servers import Server, reply, replying, serving
from tests.world import World, build

from .test_fetch import case_with


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


def test_the_fetch_waits_and_goes_on_when_the_database_is_back(world: World) -> None:
    """Gone while the picture is fetched, and back before the next try: again and again."""
    away, answer = Away(), replying(reply(pictures.still()))

    def last_answer(line: socket.socket, server: Server) -> None:
        away.begin()
        answer(line, server)

    with serving(last_answer) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        with connection.execute_wrapper(away):
            for _ in range(fetch.MAX_LEASES + 1):
                PictureFetch.objects.update(due_at=Now())
                for _still_away in range(2):
                    with pytest.raises(OperationalError):
                        list(fetch.fetch_due())
                away.end()
                assert list(fetch.fetch_due()) == []
                row = PictureFetch.objects.get()
                assert (row.state, row.attempts, row.leased_until) == ("pending", 0, None)
        PictureFetch.objects.update(due_at=Now())
        assert list(fetch.fetch_due()) == [case.pk]
    assert PictureFetch.objects.get().state == "ready"
