"""Errors of starting the embedded servers.

CannotStart
└── FolderTaken    another process owns the folder: retry once it has ended
"""

from __future__ import annotations


class CannotStart(Exception):
    """A server did not start. The text says which, why, and what to do; retrying alone does not help."""


class FolderTaken(CannotStart):
    """Another process owns the servers of this folder. `pid` is that process, None when it is unknown."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid
