"""The demo's processes, and how to check that each is ready."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from demo.processes import Process
from moderation.runtime import embedded
from moderation.runtime.embedded.places import places_of
from moderation.runtime.embedded.postgres import Postgres
from moderation.runtime.embedded.redis_server import Redis

# One request at a time on each connection: with HTTP/2 two connections could use all the threads that wait for bodies.
WEB = [sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--blocking-threads", "128", "--no-ws"]
WEB += [
    "--respawn-failed-workers",
    "--workers-kill-timeout",
    "5",
    "--log-config",
    "moderation/runtime/server_logs.json",
]
# The server's own memory: jemalloc keeps what large bodies took, 80 MiB, unless it is told to give it back at once.
WEB_ENVIRONMENT = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0"}
_CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "moderation"]
_MANAGE = [sys.executable, "manage.py"]


def environment(folder: Path) -> dict[str, str]:
    """The environment of all the demo's processes: where the data is, and that local addresses are allowed."""
    where = embedded.addresses(folder)
    return {
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or where.database_url,
        "REDIS_URL": os.environ.get("REDIS_URL") or where.redis_url,
        "INSECURE_OK": os.environ.get("INSECURE_OK") or "HTTPS",  # it listens on 127.0.0.1 alone
        "API_PAGE": os.environ.get("API_PAGE") or "public",
        "OUTBOUND_ALLOWED_NETWORKS": os.environ.get("OUTBOUND_ALLOWED_NETWORKS") or "127.0.0.0/8",
    }


def databases(folder: Path) -> list[Process]:
    """The embedded servers that no URL setting replaces; each in its own process, so that one can die alone."""
    where = embedded.addresses(folder)
    argv = [sys.executable, "-m", "moderation.runtime.embedded", str(folder)]
    places = places_of(folder)
    own = {
        "postgres": (os.environ["DATABASE_URL"] == where.database_url, Postgres(places, print).answers),
        "redis": (os.environ["REDIS_URL"] == where.redis_url, Redis(places, print).answers),
    }
    return [Process(name, [*argv, name], ready=answers) for name, (ours, answers) in own.items() if ours]


def web_and_customer(folder: Path, port: int, customer_port: int) -> list[Process]:
    web = [*WEB, "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    web += ["moderation.wsgi:application"]
    customer = [sys.executable, "-m", "demo.customer", str(folder), str(customer_port)]
    return [
        Process("customer", customer, ready=_answers(f"http://127.0.0.1:{customer_port}/healthz")),
        Process("web", web, env=WEB_ENVIRONMENT, ready=_answers(f"http://127.0.0.1:{port}/readyz")),
    ]


def deliverers(folder: Path) -> list[Process]:
    """The worker, and the dispatcher, which notifies it and needs no Redis to deliver."""
    worker = [*_CELERY, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return [Process("worker", worker), Process("dispatcher", [*_MANAGE, "deliver_due", "--loop", "--beat"])]


def _answers(url: str) -> Callable[[], bool]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        try:
            with opener.open(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    return ask
