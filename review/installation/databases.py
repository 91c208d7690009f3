"""Checks of PostgreSQL and Redis: versions, migrations, the clock, and whether every result is accounted for."""

from __future__ import annotations

import platform
import time
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import django
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext, ngettext
from psycopg_pool import PoolTimeout

from accounts.redis_servers import redis_client
from moderation import readiness
from moderation.stored_facts import backfill
from review.cases import accounting
from review.installation.findings import Finding, Seen, attention, broken, ok

OLDEST_POSTGRESQL = 17  # transaction_timeout, which settings sets
CLOCKS_APART_SECONDS = 2.0
CLOCKS_FAR_APART_SECONDS = 30.0
REDIS_SECONDS = 0.3


def versions(seen: Seen | None) -> Finding:
    postgresql = postgresql_version()
    parts = {"Second Look": product_version(), "Python": platform.python_version(), "Django": django.get_version()}
    parts |= {"PostgreSQL": postgresql, "Redis": _redis_version()}
    found = " · ".join(f"`{name} {version}`" for name, version in parts.items())
    if int(postgresql.split(".")[0]) < OLDEST_POSTGRESQL:
        return broken(found, gettext("Move to PostgreSQL %(n)d or newer.") % {"n": OLDEST_POSTGRESQL})
    return ok(found)


@cache
def product_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def postgresql_version() -> str:
    number = int(connection.pg_version)  # type: ignore[attr-defined] # of this backend alone: 180001 is 18.1
    return f"{number // 10_000}.{number % 10_000}"


def postgresql(seen: Seen | None) -> Finding:
    try:
        wrong = readiness.database()
    except (DatabaseError, PoolTimeout) as error:
        told = gettext("It does not answer: `%(why)s`.") % {"why": " ".join(str(error).split())[:200]}
        return broken(told, gettext("Start PostgreSQL, or look at `DATABASE_URL`."))
    if wrong:
        found = {"read-only": gettext("It takes no writes."), "refuses writes": gettext("Its disk is full.")}
        to_do = gettext("Look at its disk, at `DATABASE_URL` and at the rights of its role.")
        return broken(found.get(wrong, wrong), to_do)
    return ok(gettext("It answers and takes writes."))


def migrations(seen: Seen | None) -> Finding:
    missing = readiness.missing_migrations()
    if missing:
        found = ngettext("%(n)d is not applied.", "%(n)d are not applied.", missing) % {"n": missing}
        return broken(found, gettext("Run `python manage.py migrate`."))
    return ok(gettext("All are applied."))


def redis_answers(seen: Seen | None) -> Finding:
    found = _redis_info()
    if not found:
        return broken(
            gettext("It does not answer: workers are notified late, and rates are counted by each process."),
            gettext("Start Redis, or look at `REDIS_URL`. Nothing is lost meanwhile."),
        )
    return ok(gettext("It answers."))


def clock(seen: Seen | None) -> Finding:
    """This process's clock beside the database's. Due times, leases and waits are by the database's."""
    began = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float")
        (theirs,) = cursor.fetchone()
    apart = abs(theirs - (began + time.time()) / 2)
    found = gettext("This process and the database are %(seconds).1f s apart.") % {"seconds": apart}
    if apart > CLOCKS_APART_SECONDS:
        far = broken if apart > CLOCKS_FAR_APART_SECONDS else attention
        return far(found, gettext("Let both machines set their clocks by NTP."))
    return ok(found)


def every_result(seen: Seen | None) -> Finding:
    found = accounting.account()
    if found.unaccounted:
        by_kind = ", ".join(f"{_kind(kind)}: {count}" for kind, count in found.by_kind.items() if count)
        one_or_more = ngettext("%(n)d case is unaccounted for", "%(n)d cases are unaccounted for", found.unaccounted)
        told = f"{one_or_more % {'n': found.unaccounted}} ({by_kind})."
        return broken(told, gettext("Open them from the board, and keep the log and the database as they are."))
    return ok(gettext("Every case is waiting for a person, decided and delivered, or on its way."))


def scores(seen: Seen | None) -> Finding:
    """How far the cases of before scores were stored have theirs."""
    left = backfill.left()
    if left is None:
        return ok(gettext("Every case has its scores stored, for replays of policies."))
    found = gettext("%(done)d %% of the older cases have their scores stored; maintenance goes on with it.")
    return ok(found % {"done": 100 - left})


def _kind(kind: str) -> str:
    """A kind of fault, in words."""
    words = {
        "waits nowhere": gettext("waits nowhere"),
        "no answer": gettext("decided without a result"),
        "delivery missing": gettext("a delivery is missing"),
        "delivery due too late": gettext("a delivery is due too late"),
    }
    return words.get(kind, kind)


def _redis_version() -> str:
    found = _redis_info()
    return str(found.get("valkey_version") or found.get("redis_version") or "–")


def _redis_info() -> Mapping[str, Any]:
    """Empty when it does not answer."""
    client = redis_client(settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS)
    try:
        return cast(Mapping[str, Any], client.info("server"))
    except redis.RedisError:
        return {}
    finally:
        client.close()
