"""Connect to Redis by its URL: to one server, or to the master that Redis Sentinel names.

    redis://[user:password@]host:6379/0, rediss://…, unix:///path?db=0
    sentinel://[user:password@]host:26379,host:26379,host:26379/master/0

The password of a `sentinel://` URL is Redis's own; the Sentinels themselves are asked without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

SENTINEL_PORT = 26379
ONCE = Retry(NoBackoff(), 0)

_URL = re.compile(
    r"sentinel://(?:(?P<user>[^:@/]*):(?P<password>[^@/]*)@)?(?P<hosts>[^@/]+)/(?P<master>[\w.-]+)(?:/(?P<database>\d+))?"
)
_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Sentinels:
    """A `sentinel://` URL. `hosts` are names with ports."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    database: int = 0
    username: str = ""
    password: str = ""

    @property
    def login(self) -> dict[str, str]:
        given = {"username": self.username, "password": self.password}
        return {name: value for name, value in given.items() if value}


def read_sentinels(url: str) -> Sentinels | None:
    """None for a URL of another kind, and for one that cannot be read."""
    found = _URL.fullmatch(url)
    hosts = [_HOST.fullmatch(host) for host in found["hosts"].split(",")] if found else []
    if found is None or not all(hosts):
        return None
    return Sentinels(
        hosts=tuple((host["name"].strip("[]"), int(host["port"] or SENTINEL_PORT)) for host in hosts if host),
        master=found["master"],
        database=int(found["database"] or 0),
        username=unquote(found["user"] or ""),
        password=unquote(found["password"] or ""),
    )


def redis_client(url: str, **timeouts: float) -> Redis:
    """A client for that URL, which tries everything once: redis-py would wait for seconds between its tries, and a
    Redis that is away must not hold up a request. `timeouts` are redis-py's, for the connections to the Sentinels too.
    """
    options: dict[str, Any] = {**timeouts, "retry": ONCE}
    sentinels = read_sentinels(url)
    if sentinels is None:
        return Redis.from_url(url, **options)
    watched: Any = Sentinel(sentinels.hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]
    master: Redis = watched.master_for(sentinels.master, db=sentinels.database, **sentinels.login, **options)
    return master
