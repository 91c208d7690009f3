"""How each kind of fault is done, and undone."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import redis

from demo.processes import Supervisor
from moderation.runtime import embedded
from moderation.runtime.embedded.places import places_of
from moderation.runtime.embedded.postgres import Postgres
from moderation.runtime.embedded.redis_server import Redis
from moderation.runtime.embedded.server_process import pid_in
from tests.faults import exhaustion
from tests.faults.actors import receiver
from tests.faults.exhaustion import Heal, Missed
from tests.faults.fault_plan import Fault
from tests.faults.options import Run

CLOCKS = {"clocks ahead": "+{}", "clocks behind": "-{}"}
CLOCK_SECONDS = 3600
PROCESSES = {"web": ["web"], "worker": ["worker"], "beat": ["beat"], "dispatcher": ["dispatcher-1", "dispatcher-2"]}
RECEIVER_MODES = {
    "receiver down": receiver.DOWN,
    "receiver slow": receiver.SLOW,
    "receiver answers 500": receiver.ERROR,
    "receiver redirects": receiver.REDIRECT,
    "receiver cuts its answers": receiver.CUT,
}


class Injector:
    """Does faults to the processes of one run."""

    def __init__(self, run: Run, *, ground: Supervisor, product: Supervisor, sizes: dict[Path, int]) -> None:
        self._places = run.places
        self._ground, self._product = ground, product
        self._sizes = sizes  # megabytes of the file systems that can be full

    def begin(self, fault: Fault) -> Heal | None:
        """Do it. Returns what ends it, or None when it is over at once. Raises Missed."""
        name, chance = fault.kind, fault.chance
        if name in RECEIVER_MODES:
            return self._receiver_answers(RECEIVER_MODES[name])
        if name in CLOCKS:
            return self._set_clock(CLOCKS[name].format(int(60 + chance * CLOCK_SECONDS)))
        subject, _, how = name.rpartition(" ")
        if how == "killed" and subject.split()[0] in PROCESSES:
            self._signal(signal.SIGKILL, subject, chance)
            return None
        if how == "stopped":
            return self._stop(subject, chance)
        do: dict[str, Callable[[], Heal | None]] = {
            "PostgreSQL restarted immediately": self._restart_postgres,
            "connections ended by PostgreSQL": self._end_connections,
            "PostgreSQL without a free connection": lambda: exhaustion.take_connections(self._places),
            "300 silent connections to the web server": lambda: exhaustion.keep_silent(self._places),
            "connections to PostgreSQL cut": lambda: self._network("postgres", signal.SIGUSR1),
            "half of the connections to PostgreSQL cut": lambda: self._network("postgres", signal.SIGUSR2),
            "network to PostgreSQL frozen": lambda: self._freeze_network("postgres"),
            "PostgreSQL unreachable": lambda: self._network("postgres", signal.SIGKILL),
            "connections to Redis cut": lambda: self._network("redis", signal.SIGUSR1),
            "network to Redis frozen": lambda: self._freeze_network("redis"),
            "Redis killed": self._kill_redis,
            "Redis emptied": self._empty_redis,
            "receiver killed": lambda: self._kill(self._ground.pid("receiver"), signal.SIGKILL),
            "pictures cannot be stored": lambda: exhaustion.replace_folder(self._places.pictures, self._sizes),
            "picture store full": lambda: exhaustion.fill(self._places.pictures, self._sizes),
            "disk of the database full": lambda: exhaustion.fill(self._places.database, self._sizes),
        }
        return do[name]()

    def _pids(self, subject: str, chance: float) -> int:
        """One of the processes that this is said of: `web worker` is a child of `web`."""
        of, _, part = subject.partition(" ")
        names = PROCESSES[of]
        pid = self._product.pid(names[int(chance * len(names))])
        if pid is None:
            raise Missed(f"no {of} runs")
        if not part:
            return pid
        with suppress(psutil.NoSuchProcess):
            children = [child.pid for child in psutil.Process(pid).children() if child.name() != "resource_tracker"]
            if children:
                return children[int(chance * 97) % len(children)]
        raise Missed(f"no {subject} runs")

    def _signal(self, number: signal.Signals, subject: str, chance: float) -> None:
        pid = self._pids(subject, chance)
        self._kill(pid, number, group=" " not in subject)

    def _stop(self, subject: str, chance: float) -> Heal:
        pid, group = self._pids(subject, chance), " " not in subject
        self._kill(pid, signal.SIGSTOP, group=group)

        def go_on() -> None:
            with suppress(Missed):
                self._kill(pid, signal.SIGCONT, group=group)

        return go_on

    def _kill(self, pid: int | None, number: signal.Signals, *, group: bool = False) -> None:
        if pid is None:
            raise Missed("it does not run")
        try:
            (os.killpg if group else os.kill)(pid, number)
        except ProcessLookupError:
            raise Missed("it has just ended") from None

    def _network(self, to: str, number: signal.Signals) -> None:
        self._kill(self._ground.pid(f"network-{to}"), number)

    def _freeze_network(self, to: str) -> Heal:
        pid = self._ground.pid(f"network-{to}")
        self._kill(pid, signal.SIGSTOP)

        def go_on() -> None:
            with suppress(Missed):
                self._kill(pid, signal.SIGCONT)

        return go_on

    def _restart_postgres(self) -> None:
        """SIGQUIT is what `pg_ctl stop -m immediate` sends; the supervisor starts it again."""
        self._kill(pid_in(Postgres(places_of(self._places.database), print).pid_file), signal.SIGQUIT)

    def _kill_redis(self) -> None:
        self._kill(pid_in(Redis(places_of(self._places.redis), print).pid_file), signal.SIGKILL)

    def _end_connections(self) -> None:
        ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        url = embedded.addresses(self._places.database).database_url
        try:
            with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
                connection.execute(f"{ask} AND backend_type = 'client backend'")
        except psycopg.Error as error:
            raise Missed("PostgreSQL is not up") from error

    def _empty_redis(self) -> None:
        url = embedded.addresses(self._places.redis).redis_url
        try:
            with redis.Redis.from_url(url, socket_timeout=2) as client:
                client.flushall()
        except redis.RedisError as error:
            raise Missed("Redis is not up") from error

    def _receiver_answers(self, mode: str) -> Heal:
        path = self._places.receiver_mode

        def say(told: str) -> None:
            draft = path.with_suffix(".draft")
            draft.write_text(json.dumps({"mode": told}))
            draft.replace(path)

        say(mode)
        return lambda: say(receiver.WELL)

    def _set_clock(self, told: str) -> Heal:
        self._places.clock.write_text(told)
        return lambda: _written(self._places.clock, "+0")


def _written(path: Path, text: str) -> None:
    path.write_text(text)
