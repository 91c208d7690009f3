"""`make demo`: run everything on this machine, from the databases to a customer that checks our signatures.

databases ─ web ─ worker ─ beat ─ dispatcher          ours
customer                                              theirs: serves pictures, receives webhooks
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo import credentials, example
from demo.credentials import Unusable
from demo.processes import NotReady, PortTaken, Supervisor, free_port_or_explain
from demo.servers import databases, deliverers, environment, web_and_customer

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
HISTORY_PER_CASE, HISTORY_MOST = 2, 300


def main() -> int:
    arguments = _arguments()
    folder = Path(os.environ.get("DEMO_DATA_DIR") or ROOT / ".data").resolve()
    try:
        port = free_port_or_explain(arguments.port)
        customer_port = _customer_port(arguments.port + 1)
        count = _case_count()
        with _alone_in(folder):
            os.environ.update(environment(folder))
            run(folder, port, customer_port, count)
    except (PortTaken, NotReady, Unusable, OSError) as problem:
        sys.stderr.write(f"The demo cannot start: {problem}\n")
        return 1
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(f"The demo cannot start: `{' '.join(map(str, failed.cmd))}` failed; its words stand above.\n")
        return 1
    return 0


def run(folder: Path, port: int, customer_port: int, count: int) -> None:
    """Start the processes in the order of their dependencies, post the cases, and keep all running until a signal."""
    with Supervisor(databases(folder), folder=folder, say=say) as ground:
        if not ground.wait_until_ready(START_SECONDS):
            return
        say("preparing the database and the static files")
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            run_python("manage.py", *command)
        people = credentials.read_or_create(folder)
        say("seeding people, apps, queues and a week of history")
        past = str(min(HISTORY_MOST, HISTORY_PER_CASE * count))
        run_python("-m", "demo.seed", "--customer", f"http://127.0.0.1:{customer_port}", "--history", past)
        upper = [*web_and_customer(folder, port, customer_port), *deliverers(folder)]
        with Supervisor(upper, folder=folder, say=say) as supervisor:
            if supervisor.wait_until_ready(START_SECONDS):
                _fill(
                    supervisor,
                    [f"http://127.0.0.1:{port}", f"http://127.0.0.1:{customer_port}", str(folder), str(count)],
                )
                _welcome(port, customer_port, people, folder)
                _keep_going(ground, supervisor)
            say("stopping")
    say("stopped")


def _fill(supervisor: Supervisor, told: list[str]) -> None:
    """Draw and post the cases in a process that ends, since drawing leaves 150 MB allocated. Ctrl-C ends it early."""
    command = [sys.executable, "-m", "demo.posting", *told]
    child = subprocess.Popen(command, process_group=0)
    while child.poll() is None:
        if supervisor.stopping:
            child.terminate()
        time.sleep(0.1)
    if child.returncode and not supervisor.stopping:
        raise subprocess.CalledProcessError(child.returncode, command)


def _customer_port(wanted: int) -> int:
    """The port after ours, or any free one: the customer's address is printed and stored, so it may vary."""
    try:
        return free_port_or_explain(wanted)
    except PortTaken:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        return port


def _case_count() -> int:
    given = os.environ.get("DEMO_CASES") or "200"
    if not given.isdigit():
        raise Unusable(f"DEMO_CASES is {given!r}: give the number of cases to start with, 0 for none.")
    return int(given)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = "stop it, or give this one a folder of its own: make demo DEMO_DATA_DIR=…"
            raise Unusable(f"another demo runs in {folder}; {where}") from None
        yield


def _keep_going(*supervisors: Supervisor) -> None:
    while not any(supervisor.stopping for supervisor in supervisors):
        for supervisor in supervisors:
            supervisor.restart_dead()
        time.sleep(0.2)


def _welcome(port: int, customer_port: int, people: credentials.Credentials, folder: Path) -> None:
    say("")
    say(f"  Start here  http://127.0.0.1:{port}/try/    drop a picture, and follow it to the webhook")
    say(f"  Review      http://127.0.0.1:{port}/review/")
    for email in credentials.EMAILS:
        say(f"  sign in as  {email}   {people.password}")
    say(f"  Customer    http://127.0.0.1:{customer_port}/    what arrived there, signatures checked")
    say(f"  API         http://127.0.0.1:{port}/api/docs/    access key {people.access_key}")
    say(f"  Post a case curl -s http://127.0.0.1:{port}/api/v1/results -H 'Content-Type: application/json' \\")
    say(f"              -H 'Authorization: Bearer {people.access_key}' -d @{shlex.quote(str(folder / example.FILE))}")
    say(f"  Callbacks   http://127.0.0.1:{port}/callbacks/{people.callback_secret}    for app web")
    say(f"  Data        {folder}    logs in {folder / 'logs'}")
    say("  Ctrl-C stops everything; the next start goes on from here.")
    say("")
    say(f"ready http://127.0.0.1:{port}/")


def run_python(*command: str) -> None:
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)


def say(words: str) -> None:
    print(words, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Run the whole of Second Look on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages; the customer takes the next free one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
