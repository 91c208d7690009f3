"""Limits on the time and the bytes of one exchange with another host."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one exchange.

    Connecting includes name resolution and TLS. `first_byte_seconds` also limits each pause after it.
    `total_seconds` is by the wall clock, redirects and a second try included. No more than `max_bytes` of a reply
    are read; `keep_bytes` of it are recorded.
    """

    connect_seconds: float
    first_byte_seconds: float
    total_seconds: float
    max_bytes: int
    keep_bytes: int


WEBHOOK = Limits(connect_seconds=5, first_byte_seconds=10, total_seconds=20, max_bytes=64 * 1024, keep_bytes=4 * 1024)
# 30 MB is the most the contract lets a picture weigh.
PICTURE = Limits(connect_seconds=2, first_byte_seconds=3, total_seconds=15, max_bytes=30 * 1024 * 1024, keep_bytes=0)
