"""Errors of saving and restoring.

BackupRefused    the words say why and what to do; nothing was changed
└── ProgramFailed    pg_dump or pg_restore ended with an error
"""

from __future__ import annotations


class BackupRefused(Exception):
    """It cannot be saved or restored. The text is for the operator; trying again alone does not help."""


class ProgramFailed(BackupRefused):
    """One of PostgreSQL's programs failed. The text ends with what it wrote."""
