"""Install a pinned Label Studio into an environment of its own, and run it on Debian's PostgreSQL, by the web server
that we run by too, with as many processes.

Only with `PEER=1`. The environment stays in `.data/peer` (or `PEER_FOLDER`), 1.2 GB; its database is thrown away. Label
Studio needs `pg_trgm`, which the PostgreSQL that we bring along lacks.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.peer.calls import Peer
from tests.processes import ROOT, answers, free_port
from tests.waiting import wait_for

VERSION = "1.23.2"
DEBIANS = Path("/usr/lib/postgresql")
INSTALL = "apt-get install postgresql-15 postgresql-contrib"
WORKERS, THREADS = 2, 4
STEP_SECONDS = 900
PREPARE = Path(__file__).with_name("prepare.py")


class Missing(Exception):
    """It cannot be run here, or was not asked for. The text says what to do."""


class Failed(Exception):
    """It should run here and does not. The text is what the step that failed has said."""


def folder() -> Path:
    return Path(os.environ.get("PEER_FOLDER") or ROOT / ".data" / "peer")


@contextmanager
def running() -> Iterator[Peer]:
    """Raises Missing or Failed."""
    if not os.environ.get("PEER"):
        raise Missing("not compared: PEER=1")
    programs = postgres_programs()
    environment = installed()
    with tempfile.TemporaryDirectory(prefix="peer-") as own, _postgres(programs, Path(own)) as port:
        yield from _served(environment, Path(own), port)


def postgres_programs() -> Path:
    """Of the newest PostgreSQL of Debian's with `pg_trgm`. Raises Missing."""
    found = [
        programs
        for programs in DEBIANS.glob("*/bin")
        if (Path("/usr/share/postgresql") / programs.parent.name / "extension" / "pg_trgm.control").exists()
    ]
    if not found:
        raise Missing(f"not compared: no PostgreSQL with pg_trgm below {DEBIANS}: {INSTALL}")
    if os.geteuid() == 0 and not (shutil.which("runuser") and _owner()):
        raise Missing("not compared: PostgreSQL refuses to run as root, and there is no user postgres")
    return max(found, key=lambda programs: float(programs.parent.name))


def installed() -> Path:
    """The folder of its environment. Raises Failed."""
    environment = folder() / f"label-studio-{VERSION}"
    done = environment / "installed"
    if not done.exists():
        print(f"installing Label Studio {VERSION} into {environment}", flush=True)
        python = environment / "bin" / "python"
        _uv("venv", "--clear", "--python", sys.executable, str(environment))
        _uv("pip", "install", "--python", str(python), f"label-studio=={VERSION}", f"granian=={version('granian')}")
        done.touch()
    return environment


def _uv(*command: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    ended = subprocess.run([uv if uv.exists() else "uv", *command], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise Failed(f"Label Studio {VERSION} cannot be installed:\n{ended.stderr}")


def _owner() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


@contextmanager
def _postgres(programs: Path, own: Path) -> Iterator[int]:
    """A server of its own with the settings it has from its package, and an empty database `peer`."""
    data, port, as_whom = own / "database", free_port(), []
    data.mkdir()
    if os.geteuid() == 0:
        as_whom = ["runuser", "-u", "postgres", "--"]
        own.chmod(0o755)
        shutil.chown(data, "postgres")
    listens = f"-p {port} -c listen_addresses=127.0.0.1 -k {data}"
    _run([*as_whom, programs / "initdb", "-D", data / "files", "-U", "postgres", "-A", "trust", "-E", "UTF8"], own)
    server = [*as_whom, programs / "pg_ctl", "-D", data / "files", "-w", "-l", data / "log"]
    _run([*server, "-o", listens, "start"], own)
    try:
        _run([programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "peer"], own)
        yield port
    finally:
        _run([*server, "-m", "immediate", "stop"], own)


def _served(environment: Path, own: Path, database: int) -> Iterator[Peer]:
    python, port = environment / "bin" / "python", free_port()
    (packages,) = environment.glob("lib/*/site-packages/label_studio")
    told = _environment(own, database) | {"PYTHONPATH": str(packages)}
    _run([python, PREPARE, own / "tokens"], own, told)
    argv = [python, "-m", "granian", "--interface", "wsgi", "--http", "1", "--host", "127.0.0.1", "--port", str(port)]
    argv += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "core.wsgi:application"]
    with (own / "web.log").open("wb") as log:
        web = subprocess.Popen(argv, cwd=own, env=told, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/health"), what="Label Studio")
        yield Peer(url, (own / "tokens").read_text().split())
    finally:
        web.terminate()
        web.wait(30)


def _environment(own: Path, database: int) -> dict[str, str]:
    """Nothing of ours, and no word to its makers."""
    return {
        **{"PATH": os.environ["PATH"], "HOME": str(own), "DJANGO_SETTINGS_MODULE": "core.settings.label_studio"},
        **{"DJANGO_DB": "default", "POSTGRE_NAME": "peer", "POSTGRE_USER": "postgres", "POSTGRE_PASSWORD": "-"},
        **{"POSTGRE_HOST": "127.0.0.1", "POSTGRE_PORT": str(database), "BASE_DATA_DIR": str(own / "data")},
        **{"LABEL_STUDIO_BASE_DATA_DIR": str(own / "data"), "LOG_LEVEL": "WARNING", "LATEST_VERSION_CHECK": "false"},
        **{"COLLECT_ANALYTICS": "false", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""},
    }


def _run(argv: Sequence[str | Path], own: Path, environment: dict[str, str] | None = None) -> None:
    log = own / "steps.log"
    with log.open("ab") as out:
        ended = subprocess.run(
            argv, cwd=own, env=environment, stdout=out, stderr=out, check=False, timeout=STEP_SECONDS
        )
    if ended.returncode:
        raise Failed(f"{argv[0]} failed:\n{log.read_text(errors='replace')[-3000:]}")
