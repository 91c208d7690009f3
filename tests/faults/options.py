"""What one run is asked to do, and where its processes find each other: told to all of them in one JSON file."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PHASES = ("faults", "drain", "stop")
"""Senders send, and moderators work, in the first; in the second moderators finish what waits."""


@dataclass(frozen=True, slots=True)
class Options:
    """One run. `items` are the results that are sent; `acts` of moderators and `sorts` of results replace the usual
    ones; `patches` are modules of this package that change the product in its processes.
    """

    seed: int = 1
    minutes: float = 1.0
    items: int = 1200
    faults: int = 0  # 0: one each 2.2 s
    undo_seconds: int = 4
    lease_seconds: int = 15
    moderators: int = 6
    most_waiting: int = 250  # while more cases wait for a person, senders send only what needs none
    think_seconds: float = 0.02  # of a moderator, for each case
    at_once: int = 6  # cases that a moderator leases at once
    only: tuple[str, ...] = ()  # kinds of faults; empty: all that this machine can do
    sent_twice: float = 0.03  # how likely an acknowledged result or decision is sent again
    reopened: float = 0.2  # how likely a lead, at each case, reopens another one
    drain_seconds: int = 240  # at most so long for what is outstanding after the faults
    acts: dict[str, int] = field(default_factory=dict)
    sorts: dict[str, int] = field(default_factory=dict)
    plain: bool = False  # no fault that needs root, tmpfs or libfaketime
    patches: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return 60 * self.minutes


@dataclass(frozen=True, slots=True)
class Places:
    """The files and addresses of one run."""

    folder: Path
    ports: dict[str, int]

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports['web']}"

    @property
    def receiver(self) -> str:
        return f"http://127.0.0.1:{self.ports['receiver']}"

    @property
    def picture_host(self) -> str:
        return f"http://127.0.0.1:{self.ports['picture-host']}"

    def receipts(self, name: str) -> Path:
        return self.folder / "receipts" / f"{name}.jsonl"

    def finished(self, channel: str) -> Path:
        """Is there once a sender has nothing left to send."""
        return self.folder / "receipts" / f"{channel}-finished"

    @property
    def database(self) -> Path:
        """The folder of PostgreSQL, a file system of its own where its disk is to be full."""
        return self.folder / "database"

    @property
    def redis(self) -> Path:
        return self.folder / "redis"

    @property
    def pictures(self) -> Path:
        return self.folder / "pictures"

    @property
    def clock(self) -> Path:
        """What libfaketime reads: how far the product's clocks are off."""
        return self.folder / "clock"

    @property
    def receiver_mode(self) -> Path:
        return self.folder / "receiver-mode.json"


@dataclass(frozen=True, slots=True)
class Run:
    """All that a process of a run is told. `furnished` is what was made in the database: keys, people, secrets."""

    options: Options
    places: Places
    furnished: dict[str, Any]

    def write(self) -> None:
        told = {
            "options": asdict(self.options),
            "ports": self.places.ports,
            "furnished": self.furnished,
        }
        _replace(self.places.folder / "run.json", json.dumps(told))

    def phase(self) -> str:
        return (self.places.folder / "phase").read_text()

    def set_phase(self, phase: str) -> None:
        assert phase in PHASES
        _replace(self.places.folder / "phase", phase)


def read_run(folder: Path) -> Run:
    told = json.loads((folder / "run.json").read_text())
    lists = {name: tuple(told["options"][name]) for name in ("only", "patches")}
    return Run(Options(**(told["options"] | lists)), Places(folder, told["ports"]), told["furnished"])


def _replace(path: Path, text: str) -> None:
    """Whoever reads it reads the old text or the new one."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)
