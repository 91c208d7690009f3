"""Which rules of the policy in force name a word list. Rules know lists by name, whatever its case."""

from __future__ import annotations

from moderation.models import PolicyVersion
from moderation.policy import read


def rules_naming(name: str) -> list[int]:
    """The positions of the rules, from 1. Read from the database, within the caller's transaction."""
    version = PolicyVersion.objects.filter(active=True).first()
    rules = read(version.number, version.body).rules if version else ()
    return [position for position, rule in enumerate(rules, start=1) if name.casefold() in rule.texts("words")]
