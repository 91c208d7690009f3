"""Failovers under load: kill and cut the primary, kill Redis' master, and measure when everything is back."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cluster
import load
import product
import programs
from places import APPS

NODE, CUT, POSTGRESQL, REDIS = "node killed", "link cut", "server process killed", "Redis' master killed"
TWELVE = (POSTGRESQL, REDIS, NODE, CUT, POSTGRESQL, NODE, CUT, REDIS, NODE, CUT, POSTGRESQL, NODE)
"""Ten of the primary, and two of Redis' master."""
STEADY_SECONDS = 4.0  # of writes, before each fault and after the last
NOTICED_SECONDS = 3.0
WATCHED = load.RUN / "watched.jsonl"
Say = Callable[[str], None]

_DO: dict[str, Callable[[str], str]] = {
    NODE: cluster.kill_node,
    CUT: cluster.cut,
    POSTGRESQL: cluster.kill_postgresql,
    REDIS: cluster.kill_redis,
}


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that was done, and when the cluster was whole again."""

    kind: str
    node: str
    at: float
    healed_at: float


def perform(faults: Sequence[str], *, pooler: bool, sentinel: bool, say: Say) -> None:
    """Everything is up already. What was seen is in files of `load.RUN`."""
    chosen = load.options(seed=1)
    env = load.environment(chosen, pooler=pooler, sentinel=sentinel)
    run = load.furnish(env, chosen)
    product.start(env)
    load.start()
    programs.start("watch", "load", [sys.executable, str(Path(__file__).with_name("watch.py")), str(WATCHED)])
    stage = [*load.NICE, sys.executable, str(Path(__file__).with_name("stage.py")), str(load.RUN)]
    programs.start("stage", "load", stage)
    done = list[Done]()
    for kind in faults:
        time.sleep(STEADY_SECONDS)
        done.append(_one(kind, say))
        (load.RUN / "done.json").write_text(json.dumps([asdict(one) for one in done]))
    time.sleep(STEADY_SECONDS)
    say("the faults have ended; waiting until nothing is outstanding")
    run.set_phase("drain")
    load.drained(load.RUN)
    run.set_phase("stop")
    load.stop()


def _one(kind: str, say: Say) -> Done:
    programs.wait_for("a synchronous standby", cluster.has_synchronous_standby, seconds=60)
    node = cluster.redis_master() if kind == REDIS else cluster.primary()
    at = time.time()
    said = _DO[kind](node)
    if kind in (NODE, CUT):
        programs.wait_for("another primary", lambda: cluster.primary_is_not(node), seconds=90)
    elif kind == REDIS:
        programs.wait_for("another master", lambda: cluster.redis_master() not in ("", node), seconds=60)
    programs.wait_for("both web processes", lambda: _is_served(at), seconds=90)
    time.sleep(STEADY_SECONDS)
    cluster.heal()
    say(f"{said}; whole again after {time.time() - at:.0f} s")
    return Done(kind, node, at, time.time())


def _is_served(since: float) -> bool:
    """Both web processes are ready, and the fault has had the time to be noticed."""
    return time.time() > since + NOTICED_SECONDS and all(product.is_ready(node) for node in APPS)
