"""What one run is asked to do, and what its actors have to know: in one JSON file of its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

BATCH = 100
FILE = "load.json"


@dataclass(frozen=True, slots=True)
class Load:
    """`results` a second come in batches of a hundred, all batches of `burst_seconds` at the same moment. Of a
    hundred of them `queued` need a person and `decided` are decided by policy and delivered; the rest is only
    recorded.
    """

    minutes: float = 10.0
    moderators: int = 50
    think_seconds: float = 2.0
    results: int = 500
    burst_seconds: float = 1.0
    endpoints: int = 10
    queued: float = 5.0
    decided: float = 10.0
    waiting: int = 2000  # when it begins
    web: str = ""
    receiver: str = ""
    bearer: str = ""
    sessions: list[dict[str, str]] = field(default_factory=list)
    apps: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return 60 * self.minutes

    @property
    def batches_in_burst(self) -> int:
        return max(1, round(self.results * self.burst_seconds / BATCH))

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self)))


def read(folder: Path) -> Load:
    return Load(**json.loads((folder / FILE).read_text()))
