"""The same Redis in Celery's spelling."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from accounts.redis_servers import ONCE, Sentinels, read_sentinels

ASKING_SECONDS = 0.3  # for each Sentinel: a host that is gone must not hold up who notifies workers


def celery_broker(redis_url: str) -> tuple[str, dict[str, Any]]:
    """Celery's broker URL and what its transport needs besides."""
    if sentinels := read_sentinels(redis_url):
        asking = {"socket_connect_timeout": ASKING_SECONDS, "socket_timeout": ASKING_SECONDS, "retry": ONCE}
        return _through(sentinels), {"master_name": sentinels.master, "sentinel_kwargs": asking}
    return (_socket(redis_url) if redis_url.startswith("unix://") else redis_url), {}


def _through(sentinels: Sentinels) -> str:
    """One URL for each Sentinel, separated by semicolons."""
    login = f"{quote(sentinels.username, safe='')}:{quote(sentinels.password, safe='')}@" if sentinels.login else ""
    hosts = (f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name, port in sentinels.hosts)
    return ";".join(f"sentinel://{login}{host}/{sentinels.database}" for host in hosts)


def _socket(redis_url: str) -> str:
    """It knows sockets as `redis+socket:///path?virtual_host=0`."""
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?{query.replace('db=', 'virtual_host=', 1) or 'virtual_host=0'}"
