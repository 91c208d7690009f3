"""One installation of the product for a run: its folder, its environment, and every process of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from demo.processes import Process
from demo.servers import WEB, WEB_ENVIRONMENT
from moderation.runtime import embedded
from moderation.runtime.embedded.places import POSTGRES_SOCKET, REDIS_SOCKET, places_of
from tests.faults.options import Options, Places, Run
from tests.processes import CELERY, ROOT, answers, free_port

PORTS = ("web", "receiver", "picture-host", "postgres", "redis")
PRODUCT = ("web", "worker", "beat", "dispatcher-1", "dispatcher-2")
QUICK_RETRIES = "tests.faults.planted.quick_retries"
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
SECRET_KEY = "only-for-fault-runs-" + "0" * 40
MANAGE = [sys.executable, "manage.py"]


def prepare(folder: Path) -> None:
    """A database with its tables and people, and the static files, once for several runs; see `copied`."""
    ports = {name: free_port() for name in PORTS}
    folder.mkdir(parents=True)
    (folder / "ports.json").write_text(json.dumps(ports))
    places = Places(folder, ports)
    with embedded.running(places.database, redis=False) as found:
        environment = {
            **_environment(places, Options()),
            "DATABASE_URL": found.database_url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        command = [sys.executable, "-m", "tests.faults.furnish", places.receiver, str(folder / "furnished.json")]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def copied(prepared: Path, folder: Path, options: Options) -> Run:
    """A run in a folder of its own, with all that was prepared. Folders that exist there may be file systems."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{prepared}/.", str(folder)], check=True)
    (folder / "pictures").mkdir(exist_ok=True)
    (folder / "clock").write_text("+0")
    ports = json.loads((folder / "ports.json").read_text())
    run = Run(options, Places(folder, ports), json.loads((folder / "furnished.json").read_text()))
    run.write()
    run.set_phase("faults")
    return run


def _environment(places: Places, options: Options) -> dict[str, str]:
    """Of the product's processes: both databases are behind the network that a run cuts."""
    patches = (QUICK_RETRIES, *options.patches)
    return {
        **os.environ,
        **WEB_ENVIRONMENT,
        "DATA_DIR": str(places.folder),
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{places.ports['postgres']}/second_look",
        "REDIS_URL": f"redis://127.0.0.1:{places.ports['redis']}/0",
        "MEDIA_STORAGE": str(places.pictures),
        "SECRET_KEY": SECRET_KEY,
        "INSECURE_OK": "HTTPS",
        "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        "LOCATE_TEXT": "false",
        "LOG_FORMAT": "text",
        "UNDO_SECONDS": str(options.undo_seconds),
        "LEASE_SECONDS": str(options.lease_seconds),
        "DJANGO_SETTINGS_MODULE": "moderation.settings",
        "FAULTS_PATCHES": ",".join(patches),
        "PYTHONPATH": f"{ROOT / 'tests' / 'faults' / 'startup'}:{ROOT}",
    }


def ground(run: Run) -> list[Process]:
    """The databases, the network to them, and the customer."""
    places = run.places
    keep = [sys.executable, "-m", "moderation.runtime.embedded"]
    proxy = [sys.executable, "-m", "tests.faults.actors.tcp_proxy"]
    actor = [sys.executable, "-m", "tests.faults.actors.receiver", str(places.folder)]
    pictures = [sys.executable, "-m", "tests.faults.actors.picture_host", str(places.ports["picture-host"])]
    postgres = places_of(places.database).sockets / POSTGRES_SOCKET
    redis = places_of(places.redis).sockets / REDIS_SOCKET
    return [
        Process("postgres", [*keep, str(places.database), "postgres"], ready=postgres.exists),
        Process("redis", [*keep, str(places.redis), "redis"], ready=redis.exists),
        Process("network-postgres", [*proxy, str(places.ports["postgres"]), str(postgres)]),
        Process("network-redis", [*proxy, str(places.ports["redis"]), str(redis)]),
        Process("receiver", actor),
        Process("picture-host", pictures),
    ]


def product(run: Run) -> list[Process]:
    """Web with two workers, worker, beat, and two dispatchers of which one takes over from the other."""
    environment = _environment(run.places, run.options) | _movable_clock(run)
    port = str(run.places.ports["web"])
    web = [*WEB, "--host", "127.0.0.1", "--port", port, "--workers", "2", "moderation.wsgi:application"]
    quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    schedule = ["--schedule", str(run.places.folder / "beat-schedule"), "--pidfile", "", "--loglevel", "INFO"]
    dispatcher = [*MANAGE, "deliver_due", "--loop"]
    return [
        Process("web", web, env=environment, ready=lambda: answers(f"{run.places.web}/readyz", seconds=2)),
        Process("worker", [*CELERY, "worker", "--concurrency", "2", *quiet], env=environment),
        Process("beat", [*CELERY, "beat", *schedule], env=environment),
        Process("dispatcher-1", dispatcher, env=environment),
        Process("dispatcher-2", dispatcher, env=environment),
    ]


def actors(run: Run) -> list[Process]:
    """Those from whose receipts the checks judge."""
    names = ("senders", "moderators", "feed_reader")
    return [
        Process(name, [sys.executable, "-m", f"tests.faults.actors.{name}", str(run.places.folder)]) for name in names
    ]


def _movable_clock(run: Run) -> dict[str, str]:
    if FAKETIME is None or run.options.plain:
        return {}
    return {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(run.places.clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def missing(options: Options) -> dict[str, str]:
    """What faults need that this machine lacks, or that was not asked for; with the reason."""
    from tests.faults.fault_plan import CLOCK, TMPFS

    if options.plain:
        return dict.fromkeys((TMPFS, CLOCK), "only in `make faults`")
    found = {}
    if not in_mount_namespace():
        found[TMPFS] = "no root here, or no `unshare` and `mount`"
    if FAKETIME is None:
        found[CLOCK] = "libfaketime is not installed"
    return found


MOUNTS_ARE_OURS = "FAULTS_MOUNTS_ARE_OURS"


def in_mount_namespace() -> bool:
    """Whether what this process mounts is seen by its own processes alone, and is gone with them."""
    return os.environ.get(MOUNTS_ARE_OURS) == "1"


def enter_mount_namespace() -> None:
    """Start again where mounts are private, if this user may; the arguments stay the same."""
    if in_mount_namespace() or os.geteuid() != 0 or not shutil.which("unshare"):
        return
    own = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*own, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True).returncode:
        return
    os.environ[MOUNTS_ARE_OURS] = "1"
    os.execvp("unshare", [*own, sys.executable, "-m", "tests.faults", *sys.argv[1:]])  # noqa: S606


def mount(folder: Path, *, megabytes: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    how = f"size={megabytes}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(folder)], check=True)


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


def resize(folder: Path, *, kilobytes: int) -> bool:
    how = f"remount,size={kilobytes}k"
    return subprocess.run(["mount", "-o", how, str(folder)], check=False, capture_output=True).returncode == 0
