"""Versions of what forms edit, so that a page opened earlier never undoes what somebody else has changed since."""

from accounts.versions.edited import Change, Conflict, Edited, UnknownVersion

__all__ = ["Change", "Conflict", "Edited", "UnknownVersion"]
