"""Network namespaces: one for each node, joined by a bridge in a namespace of its own. The machine's own network is not
touched; what runs in a namespace is found by it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from places import ADDRESSES, SWITCH

PREFIX = "second-look-"
BRIDGE = "br0"


def name_of(node: str) -> str:
    return f"{PREFIX}{node}"


def inside(node: str, argv: list[str]) -> list[str]:
    return ["ip", "netns", "exec", name_of(node), *argv]


def make_all() -> None:
    if not _exists(SWITCH):
        _ip("netns", "add", name_of(SWITCH))
        _on_switch("link", "add", BRIDGE, "type", "bridge")
        _on_switch("link", "set", BRIDGE, "up")
    for node, address in ADDRESSES.items():
        if not _exists(node):
            _make(node, address)


def _make(node: str, address: str) -> None:
    _ip("netns", "add", name_of(node))
    _on_switch("link", "add", node, "type", "veth", "peer", "name", "eth0", "netns", name_of(node))
    _on_switch("link", "set", node, "master", BRIDGE, "up")
    for argv in (
        ["link", "set", "lo", "up"],
        ["addr", "add", f"{address}/24", "dev", "eth0"],
        ["link", "set", "eth0", "up"],
    ):
        _ip("-n", name_of(node), *argv)


def remove_all() -> None:
    for node in (*ADDRESSES, SWITCH):
        if _exists(node):
            kill_all(node)
            _ip("netns", "del", name_of(node))


def cut(node: str) -> None:
    """Nothing reaches it and nothing leaves it; nobody is told."""
    _on_switch("link", "set", node, "nomaster")


def join(node: str) -> None:
    _on_switch("link", "set", node, "master", BRIDGE)


def is_cut(node: str) -> bool:
    told = subprocess.run(
        ["ip", "-n", name_of(SWITCH), "link", "show", node], capture_output=True, text=True, check=False
    )
    return told.returncode == 0 and f"master {BRIDGE}" not in told.stdout


def kill_all(node: str) -> int:
    """kill -9 everything in it, as a power cut does. Returns how many processes there were."""
    killed = set[int]()
    while found := set(processes(node)):
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed |= found
        time.sleep(0.02)
    return len(killed)


def processes(node: str) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and is_inside(int(entry.name), node):
            yield int(entry.name)


def is_inside(pid: int, node: str) -> bool:
    """Whether a process runs there: one that has ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        there = Path(f"/proc/{pid}/ns/net").stat().st_ino
        return state != "Z" and there == _file(node).stat().st_ino
    except (OSError, IndexError):
        return False


def _exists(node: str) -> bool:
    return _file(node).exists()


def _file(node: str) -> Path:
    return Path("/run/netns") / name_of(node)


def _on_switch(*argv: str) -> None:
    _ip("-n", name_of(SWITCH), *argv)


def _ip(*argv: str) -> None:
    subprocess.run(["ip", *argv], check=True)
