"""`python -m benchmarks.load --minutes 10`: the whole product under load, by processes of their own, and what came of
it.

PostgreSQL, Redis, web with two workers, worker and dispatcher run as in the demo; fifty moderators with sessions, 500
results a second in batches of a hundred, ten endpoints. All of it shares this machine's processors, the load
included. Needs nothing but what `make` installs. Ends with 1 when something gave way.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path

import psutil

from benchmarks.load import calls, report
from benchmarks.load.options import Load, read
from benchmarks.load.samples import Sample, Sampler
from demo.processes import Process, Supervisor
from demo.servers import WEB, WEB_ENVIRONMENT, databases, deliverers, environment
from tests.processes import ROOT, answers, free_port

SAMPLE_SECONDS, START_SECONDS, REST_SECONDS = 3.0, 120, 15
ACTORS = ("moderators", "senders")
SETTINGS = {
    "SECRET_KEY": "only-for-load-" + "0" * 40,
    "LOCATE_TEXT": "false",
    "LOG_FORMAT": "text",
    "DJANGO_SETTINGS_MODULE": "moderation.settings",
}


def main() -> int:
    load, out = _arguments()
    busy = psutil.cpu_percent(2.0)
    with tempfile.TemporaryDirectory(prefix="second-look-load-") as name:
        run = under_load(load, Path(name), f"the cores were {busy:.0f} % busy with other things when it began")
    told = "\n".join(report.lines(run))
    print(told)
    if out:
        out.write_text(told + "\n")
    return int(report.gave_way(run) != "nothing gave way")


def under_load(load: Load, folder: Path, beside: str) -> report.Run:
    os.environ.update(SETTINGS | environment(folder))
    with ExitStack() as stack:
        ground = stack.enter_context(Supervisor(databases(folder), folder=folder))
        ground.wait_until_ready(START_SECONDS)
        receiver = stack.enter_context(_receiver())
        port = free_port()
        given = {one.name: getattr(load, one.name) for one in fields(load)}
        Load(**given | {"web": f"http://127.0.0.1:{port}", "receiver": receiver}).write(folder)
        subprocess.run([sys.executable, "-m", "benchmarks.load.furnish", str(folder)], cwd=ROOT, check=True)
        product = [web(port), *deliverers(folder)]
        upper = stack.enter_context(Supervisor(product, folder=folder))
        upper.wait_until_ready(START_SECONDS)
        time.sleep(REST_SECONDS)  # workers have loaded what they need
        pids = {name: ground.pid(name) for name in ("postgres", "redis")}
        pids |= {one.name: upper.pid(one.name) for one in product}
        return _measured(folder, {name: pid for name, pid in pids.items() if pid}, beside)


def web(port: int) -> Process:
    argv = [*WEB, "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "moderation.wsgi:application"]
    return Process(
        "web", argv, env=WEB_ENVIRONMENT, ready=lambda: answers(f"http://127.0.0.1:{port}/readyz", seconds=2)
    )


def _measured(folder: Path, pids: dict[str, int], beside: str) -> report.Run:
    actors = {
        name: subprocess.Popen([sys.executable, "-m", f"benchmarks.load.{name}", str(folder)], cwd=ROOT)
        for name in ACTORS
    }
    sampler = Sampler(os.environ["DATABASE_URL"], pids | _pids(actors))
    samples: list[Sample] = [sampler.take()]
    while any(one.poll() is None for one in actors.values()):
        time.sleep(SAMPLE_SECONDS)
        samples.append(sampler.take())
        print(f"{samples[-1].waiting:,} waiting, {samples[-1].due:,} due", flush=True)
    if any(one.returncode for one in actors.values()):
        raise SystemExit("the load itself failed: see above")
    made = [one for name in ACTORS for one in calls.read(folder / f"{name}.calls")]
    late = [(float(at), float(by)) for at, by in map(str.split, (folder / "late").read_text().splitlines())]
    delays, attempts = sampler.delays()
    return report.Run(read(folder), made, late, samples[1:], delays, attempts, beside)


def _pids(actors: dict[str, subprocess.Popen[bytes]]) -> dict[str, int]:
    return {f"load: {name}": process.pid for name, process in actors.items()}


@contextmanager
def _receiver() -> Iterator[str]:
    argv = [sys.executable, "-m", "benchmarks.floor.receiver"]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def _arguments() -> tuple[Load, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    usual = Load()
    for name in (
        "minutes",
        "moderators",
        "think_seconds",
        "results",
        "burst_seconds",
        "endpoints",
        "queued",
        "decided",
    ):
        value = getattr(usual, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    parser.add_argument("--waiting", type=int, default=usual.waiting, help="cases that wait when it begins")
    parser.add_argument("--report", type=Path, help="a file for the report")
    given = vars(parser.parse_args())
    out = given.pop("report")
    return Load(**given), out


if __name__ == "__main__":
    sys.exit(main())
