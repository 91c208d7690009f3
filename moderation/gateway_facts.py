"""What our own gateway knows of a picture that nobody else can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What one call asked of policy: the labels that count, and scores from which they are rejected.

    `labels` and `thresholds` are by label key, as those of a policy's sections; no labels: all count. A threshold is
    the score, 0 to 1000, from which that label is rejected. It can make the policy stricter, and with `may_loosen` also
    milder.
    """

    labels: tuple[str, ...] = ()
    thresholds: Mapping[str, int] = field(default_factory=dict)
    may_loosen: bool = False

    def asks_for(self, keys: Iterable[str]) -> bool:
        """`keys` are a label's, from its third level up."""
        return not self.labels or any(key in self.labels for key in keys)

    def threshold(self, keys: Iterable[str]) -> tuple[str, int] | None:
        """The number of the most specific level, with the key that it was given under."""
        return next(((key, self.thresholds[key]) for key in keys if key in self.thresholds), None)

    def as_json(self) -> dict[str, Any]:
        return {"labels": list(self.labels), "thresholds": dict(self.thresholds), "mayLoosen": self.may_loosen}

    @classmethod
    def stored(cls, value: Mapping[str, Any] | None) -> Narrowing | None:
        """As `as_json` has stored it; None for none."""
        if value is None:
            return None
        return cls(tuple(value["labels"]), dict(value["thresholds"]), value["mayLoosen"])


@dataclass(frozen=True, slots=True)
class GatewayFacts:
    """Of one submission: `picture`, the bytes that were looked at, and the `upload` that they are kept as already, if
    they are; `callback`, where the answers go beside the webhooks; and what the call asked of policy. Its requestId is
    ours, so whatever comes under it again is a repeat.
    """

    picture: bytes | None = field(default=None, repr=False)
    callback: str = ""
    narrowing: Narrowing | None = None
    upload: str = ""
