"""What a web process keeps of large bodies: after a thousand results of 9.5 MiB (or BODIES of them) at most 50 MiB more
than before and the bodies in flight at once.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil

from benchmarks.senders import per_second
from tests.factories import bodies
from tests.processes import run_app
from tests.world import build

BODIES = int(os.environ.get("BODIES", "1000"))
MIB = 1024 * 1024
BODY_BYTES = round(9.5 * MIB)
SENDERS = 4
LIMIT_MIB = 50
AT_A_TIME = 100


def body(number: int) -> bytes:
    """A result of BODY_BYTES, most of it recognised text."""
    sent = bodies.envelope(requestId=f"large-{number}")
    sent["result"]["auxInfo"]["padding"] = ""
    sent["result"]["auxInfo"]["padding"] = "many words " * ((BODY_BYTES - len(json.dumps(sent))) // 11)
    return json.dumps(sent).encode()


def test_large_bodies_are_not_kept(transactional_db: None, tmp_path: Path) -> None:
    world = build()
    with run_app(tmp_path / "logs") as web:
        process = psutil.Process(web.processes["web"].pid)
        small = [json.dumps(bodies.envelope()).encode() for _ in range(200)]
        per_second(f"{web.url}/api/v1/results", small, headers=world.bearer, senders=SENDERS, expect=201)
        before = resident(process)  # with what is loaded once
        sizes = []
        for start in range(0, BODIES, AT_A_TIME):
            sent = [body(n) for n in range(start, start + AT_A_TIME)]
            rate = per_second(f"{web.url}/api/v1/results", sent, headers=world.bearer, senders=SENDERS, expect=201)
            sizes.append(resident(process))
            print(f"{start + AT_A_TIME:5} bodies: {sizes[-1]:6.0f} MiB, {rate:.1f}/s", flush=True)
    in_flight = SENDERS * BODY_BYTES / MIB
    print(f"before {before:.0f} MiB; limit {before + in_flight + LIMIT_MIB:.0f} MiB")
    assert max(sizes) <= before + in_flight + LIMIT_MIB


def resident(process: psutil.Process) -> float:
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / MIB
