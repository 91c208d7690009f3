"""Return the memory of large bodies to the system when it is freed.

Once a large block is freed, glibc expects more such blocks and keeps them from then on, in a heap of each thread. Other
C libraries neither do so nor have these two functions.
"""

from __future__ import annotations

import ctypes

LARGE = 1024 * 1024  # bytes of a body from which on returning the memory is worth its few milliseconds
_BLOCK = 256 * 1024  # bytes from which on a block is mapped by itself and not in a heap
_HEAPS = 2  # of all threads together: each heap keeps what lies between its blocks
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h

_libc = ctypes.CDLL(None)


def keep_large_blocks_apart() -> None:
    """Have glibc map large blocks separately, and few heaps. Call once for each process."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(_M_ARENA_MAX, _HEAPS)
        _libc.mallopt(_M_MMAP_THRESHOLD, _BLOCK)


def give_back_freed() -> None:
    """Return the free memory inside the heaps to the system."""
    if hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
