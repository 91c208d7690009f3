"""The load of `make faults` before the product on its nodes: senders, moderators, a reader of the feed, and a receiver
that checks every signature. They run in a node of their own and find the product at a port of their loopback.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import product
import programs
from places import ADDRESSES, APPS, ROOT, STATE, WEB_PORT, folder

sys.path.insert(0, str(ROOT))

from tests.faults.options import Options, Places, Run

PORTS = {"web": WEB_PORT, "receiver": 8932, "picture-host": 8933, "postgres": 0, "redis": 0}
ITEMS_A_MINUTE = 900
LONGEST_MINUTES = 30.0
NICE = ["nice", "-n", "10"]  # in the field they are not on the product's hosts
ACTORS = ("receiver", "senders", "moderators", "feed_reader")
RUN = STATE / "run"

_FORWARD = """
global
    maxconn 1000
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
listen web
    bind 127.0.0.1:{web}
    server balanced {proxy}:{web}
listen receiver
    bind {load}:{receiver}
    server receiver 127.0.0.1:{receiver}
"""


def options(seed: int) -> Options:
    """Senders keep their pace to the end of the run, however long the failovers take."""
    items = round(ITEMS_A_MINUTE * LONGEST_MINUTES)
    return Options(seed=seed, minutes=LONGEST_MINUTES, items=items, moderators=3, think_seconds=0.2)


def environment(chosen: Options, *, pooler: bool, sentinel: bool) -> dict[str, str]:
    clocks = {"UNDO_SECONDS": str(chosen.undo_seconds), "LEASE_SECONDS": str(chosen.lease_seconds)}
    return product.environment(pooler=pooler, sentinel=sentinel, **clocks)


def furnish(env: dict[str, str], chosen: Options) -> Run:
    """People, queues, keys and the endpoint; what was made is told to the actors."""
    RUN.mkdir(parents=True, exist_ok=True)
    hook = f"http://{ADDRESSES['load']}:{PORTS['receiver']}"
    command = [sys.executable, "-m", "tests.faults.furnish", hook, str(RUN / "furnished.json")]
    programs.run("app1", command, env=product.directly(env))
    run = Run(chosen, Places(RUN, PORTS), json.loads((RUN / "furnished.json").read_text()))
    run.write()
    run.set_phase("faults")
    return run


def start() -> None:
    folder("load").mkdir(exist_ok=True)
    config = folder("load") / "forward.cfg"
    config.write_text(_FORWARD.format(**PORTS, load=ADDRESSES["load"], proxy=ADDRESSES["proxy"]))
    programs.start("forward", "load", ["haproxy", "-db", "-f", str(config)])
    for node in APPS:
        programs.start("pictures", node, _actor("picture_host", str(PORTS["picture-host"])))
    for name in ACTORS:
        programs.start(name, "load", _actor(name, str(RUN)))


def stop() -> None:
    for name in programs.started("load"):
        programs.stop(name, "load")


def drained(folder: Path) -> None:
    """From inside: wait until nothing is outstanding, and keep what the API says then."""
    programs.run("load", [sys.executable, str(Path(__file__).with_name("drained.py")), str(folder)])


def _actor(name: str, argument: str) -> list[str]:
    return [*NICE, sys.executable, "-m", f"tests.faults.actors.{name}", argument]
