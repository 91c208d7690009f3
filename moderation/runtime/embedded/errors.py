"""What can go wrong before the servers answer.

CannotStart
└── FolderTaken    another process holds the folder: retry once it has ended
"""

from __future__ import annotations


class CannotStart(Exception):
    """A server did not come up. The text says which, why, and what to do; retrying alone does not help."""


class FolderTaken(CannotStart):
    """Another process owns the servers of this folder. `pid` is that process, None when it left no number."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid
