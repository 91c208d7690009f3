"""The labels: registered as first seen, named and rated by administrators, found by typing."""

from moderation.labels import naming, registration, search
from moderation.labels.naming import in_force, name
from moderation.labels.registration import register
from moderation.labels.search import Found, matching

__all__ = ["Found", "forget", "in_force", "matching", "name", "register"]


def forget() -> None:
    """Let this process read everything anew."""
    for part in (naming, registration, search):
        part.forget()
