"""The kinds of events that the audit is filtered by."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import pgettext_lazy


class Kind(StrEnum):
    """What an event is about, as the page of the audit lists and filters it."""

    DECISION = "decision"
    VIEW = "view"
    LEASE = "lease"
    CASE = "case"
    DELIVERY = "delivery"
    POLICY = "policy"
    LABEL = "label"
    WORD_LIST = "word-list"
    QUEUE = "queue"
    PEOPLE = "people"
    SIGN_IN = "sign-in"
    KEY = "key"
    APP = "app"
    ENDPOINT = "endpoint"
    PRACTICE = "practice"
    QUARANTINE = "quarantine"
    EXPORT = "export"
    SYSTEM = "system"

    @property
    def words(self) -> str:
        return str(_KINDS[self])


_KINDS: dict[Kind, Any] = {
    Kind.DECISION: pgettext_lazy("kind of audit event", "decision"),
    Kind.VIEW: pgettext_lazy("kind of audit event", "picture viewed"),
    Kind.LEASE: pgettext_lazy("kind of audit event", "lease"),
    Kind.CASE: pgettext_lazy("kind of audit event", "case"),
    Kind.DELIVERY: pgettext_lazy("kind of audit event", "delivery"),
    Kind.POLICY: pgettext_lazy("kind of audit event", "policy"),
    Kind.LABEL: pgettext_lazy("kind of audit event", "label"),
    Kind.WORD_LIST: pgettext_lazy("kind of audit event", "word list"),
    Kind.QUEUE: pgettext_lazy("kind of audit event", "queue"),
    Kind.PEOPLE: pgettext_lazy("kind of audit event", "people"),
    Kind.SIGN_IN: pgettext_lazy("kind of audit event", "sign-in"),
    Kind.KEY: pgettext_lazy("kind of audit event", "key"),
    Kind.APP: pgettext_lazy("kind of audit event", "app"),
    Kind.ENDPOINT: pgettext_lazy("kind of audit event", "endpoint"),
    Kind.PRACTICE: pgettext_lazy("kind of audit event", "practice"),
    Kind.QUARANTINE: pgettext_lazy("kind of audit event", "quarantine"),
    Kind.EXPORT: pgettext_lazy("kind of audit event", "export"),
    Kind.SYSTEM: pgettext_lazy("kind of audit event", "system"),
}
