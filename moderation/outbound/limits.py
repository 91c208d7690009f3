"""How much of a stranger's time and bytes we take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one exchange.

    Connecting includes the look-up and TLS. `first_byte_seconds` also bounds each silence after it.
    `total_seconds` is by the wall clock, redirects and a second try included. No more than `max_bytes` of a reply
    are read; `keep_bytes` is what belongs in a record of it.
    """

    connect_seconds: float
    first_byte_seconds: float
    total_seconds: float
    max_bytes: int
    keep_bytes: int


WEBHOOK = Limits(connect_seconds=5, first_byte_seconds=10, total_seconds=20, max_bytes=64 * 1024, keep_bytes=4 * 1024)
# 30 MB is the most the contract lets a picture weigh.
PICTURE = Limits(connect_seconds=2, first_byte_seconds=3, total_seconds=15, max_bytes=30 * 1024 * 1024, keep_bytes=0)
