"""The product's real processes against the test's own database: web, worker, beat. For flow, browser and faults."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from demo.servers import WEB, WEB_ENVIRONMENT
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
CELERY = [sys.executable, "-m", "celery", "--app", "moderation"]


@dataclass
class RunningApp:
    """Running processes by name, and the URL of the web process."""

    url: str
    environment: dict[str, str]
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, argv: list[str]) -> subprocess.Popen[bytes]:
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                argv, cwd=ROOT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, process_group=0
            )
        self.processes[name] = process
        return process

    def start_web(self) -> None:
        port = str(urlsplit(self.url).port)
        self.start("web", [*WEB, "--host", "127.0.0.1", "--port", port, "moderation.wsgi:application"])

    def start_worker(self) -> None:
        options = ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        self.start("worker", [*CELERY, "worker", *options])

    def start_beat(self) -> None:
        schedule = str(self.logs / "beat-schedule")
        self.start("beat", [*CELERY, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "INFO"])

    def kill(self, name: str) -> None:
        """kill -9 the process and all its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")


@contextmanager
def run_app(logs: Path, **environment: str) -> Iterator[RunningApp]:
    """A web process that answers; tests start worker and beat as needed. `environment` is added to its own."""
    logs.mkdir(parents=True, exist_ok=True)
    collect_static_once()
    running = RunningApp(f"http://127.0.0.1:{free_port()}", environment_of(**environment), logs)
    try:
        running.start_web()
        wait_for(lambda: answers(f"{running.url}/readyz"), what="the web process to answer", tell=running)
        yield running
    finally:
        running.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def collected() -> Path:
    """Where the processes that tests start have their static files."""
    return Path(settings.DATA_DIR / "static")


def collect_static_once() -> None:
    """Once for all xdist workers of the run: the first one collects."""
    with (settings.DATA_DIR / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (collected() / "staticfiles.json").exists():
            argv = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
            subprocess.run(argv, cwd=ROOT, check=True)


def environment_of(**more: str) -> dict[str, str]:
    """Of a process that works on the test's own database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    pictures = settings.STORAGES["pictures"]["OPTIONS"]["location"]
    return {
        **os.environ,
        **WEB_ENVIRONMENT,
        "DATABASE_URL": database,
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_STORAGE": pictures,
        "DATABASE_POOL_SIZE": "4",
        "DJANGO_SETTINGS_MODULE": "moderation.settings",
        **more,
    }


def answers(url: str, *, seconds: float = 20) -> bool:
    """Whether it answers 200 within so many seconds."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
