"""The same Redis as Celery names it."""

from __future__ import annotations

from celery import Celery
from kombu.utils.url import parse_url

from moderation.runtime.broker import celery_broker

THREE = "sentinel://:a%2Fb@one:26379,two,[::1]:26380/bell/3"


def test_celery_keeps_ordinary_addresses_and_the_database_number() -> None:
    assert celery_broker("redis://host:6379/1") == ("redis://host:6379/1", {})
    assert celery_broker("unix:///run/redis.sock?db=3")[0] == "redis+socket:///run/redis.sock?virtual_host=3"
    assert celery_broker("unix:///run/redis.sock")[0] == "redis+socket:///run/redis.sock?virtual_host=0"


def test_celery_asks_each_sentinel_for_the_master() -> None:
    url, options = celery_broker(THREE)
    assert url.split(";") == [
        "sentinel://:a%2Fb@one:26379/3",
        "sentinel://:a%2Fb@two:26379/3",
        "sentinel://:a%2Fb@[::1]:26380/3",
    ]
    assert options["master_name"] == "bell"


def test_kombu_reads_the_same_from_it() -> None:
    url, options = celery_broker(THREE)
    with Celery(broker=url, set_as_current=False).connection_for_write(transport_options=options) as connection:
        assert [parse_url(one)["hostname"] for one in connection.alt] == ["one", "two", "::1"]
        assert (connection.virtual_host, connection.password) == ("3", "a/b")
        assert connection.transport_cls == "sentinel"
