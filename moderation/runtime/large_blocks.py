"""Memory of large bodies goes back to the system when it is freed.

glibc takes the first large block that is freed for a sign that more such will be needed, and keeps them from then on,
in a heap of each thread. Other C libraries have neither the habit nor these two calls.
"""

from __future__ import annotations

import ctypes

LARGE = 1024 * 1024  # bytes of a body from which on giving back is worth its few milliseconds
_BLOCK = 256 * 1024  # bytes from which on a block is the system's and not a heap's
_M_MMAP_THRESHOLD = -3  # malloc.h

_libc = ctypes.CDLL(None)


def keep_large_blocks_apart() -> None:
    """Once for each process."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(_M_MMAP_THRESHOLD, _BLOCK)


def give_back_freed() -> None:
    """What is free inside the heaps."""
    if hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
