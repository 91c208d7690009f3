"""What events are about, by name and with a link, read in one query for all kinds of things on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import AccessKey, App, AuditEvent, User
from moderation.models import (
    CallbackAddress,
    Case,
    Delivery,
    Endpoint,
    Label,
    OwnLabel,
    PolicyDraft,
    PolicyVersion,
    Quarantined,
    WordList,
)
from review.models import Queue

PACKAGES = ("accounts", "moderation", "review")
MOST_LISTED = 20  # cases of one event
_SHORT = 12  # an id longer than this is cut in the middle


class Things:
    """The things that some events are about."""

    def __init__(self, events: Iterable[AuditEvent]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for event in events:
            if event.on_id.isascii() and event.on_id.isdecimal():
                wanted[event.on_type].add(int(event.on_id))
            wanted["case"].update((event.details.get("cases") or ())[:MOST_LISTED])
            for names in ("added", "removed", "named", "unnamed"):  # of members
                if isinstance(keys := event.details.get(names), list):
                    wanted["user"].update(key for key in keys if isinstance(key, int))
        self._found = _read({kind: ids for kind, ids in wanted.items() if kind in _READ and ids})

    def about(self, event: AuditEvent) -> SafeString:
        """The name of what the event is about, as a link where there is a page of it."""
        return _linked(self.name(event), _address(event.on_type, self._thing(event.on_type, event.on_id)))

    def name(self, event: AuditEvent) -> str:
        """The present name; of what is gone or has no row, what the event itself knows."""
        thing = self._thing(event.on_type, event.on_id)
        if thing is not None:
            return _NAMES.get(event.on_type, str)(thing)
        details = event.details
        known = next(
            (details[name] for name in ("name", "label", "email", "slug", "app_id") if details.get(name)), None
        )
        if event.on_type == "policyversion" and details.get("number"):
            return gettext("policy {number}").format(number=details["number"])
        return str(known) if known else f"{kind_name(event.on_type)} {event.on_id}".strip()

    def case(self, pk: int) -> SafeString:
        thing = self._thing("case", str(pk))
        return _linked(_short(thing) if thing else str(pk), reverse("review:case", args=[pk]))

    def person(self, pk: int) -> str:
        return str(self._thing("user", str(pk)) or pk)

    def _thing(self, kind: str, pk: str) -> Any:
        return self._found.get(kind, {}).get(pk)


def model_of(kind: str) -> type[models.Model] | None:
    """The model whose lower-case name events keep; None for one that is gone."""
    for package in PACKAGES:
        try:
            return apps.get_model(package, kind)
        except LookupError:
            continue
    return None


def kind_name(kind: str) -> str:
    """What a kind of thing is called: "queue"."""
    model = model_of(kind)
    return str(model._meta.verbose_name) if model else kind


def _short(thing: Any) -> str:
    name = str(thing)
    return name if len(name) <= _SHORT else f"{name[:4]}…{name[-4:]}"


def _delivery(thing: Any) -> str:
    return gettext("delivery {id}").format(id=thing.webhook_id)


def _policy(thing: Any) -> str:
    return gettext("policy {number}").format(number=thing.number)


def _quarantined(thing: Any) -> str:
    return gettext("body {number} of {address}").format(number=thing.pk, address=thing.address_name)


_NAMES: dict[str, Callable[[Any], str]] = {
    "case": _short,
    "delivery": _delivery,
    "policyversion": _policy,
    "policydraft": lambda thing: gettext("the policy draft"),
    "quarantined": _quarantined,
    "queue": lambda thing: str(thing.name),
    "endpoint": lambda thing: str(thing.name),
    "app": lambda thing: str(thing.name or thing.app_id),
    "accesskey": lambda thing: str(thing.name),
    "callbackaddress": lambda thing: str(thing.name),
    "wordlist": lambda thing: str(thing.name),
}

_READ: dict[str, tuple[type[models.Model], dict[str, str]]] = {
    "user": (User, {"name": "name", "email": "email"}),
    "case": (Case, {"request_id": "request_id", "bt_id": "bt_id"}),
    "queue": (Queue, {"name": "name", "slug": "slug"}),
    "endpoint": (Endpoint, {"name": "name"}),
    "delivery": (Delivery, {"webhook_id": "webhook_id"}),
    "app": (App, {"name": "name", "app_id": "app_id"}),
    "accesskey": (AccessKey, {"name": "name"}),
    "callbackaddress": (CallbackAddress, {"name": "name"}),
    "policyversion": (PolicyVersion, {"number": "number"}),
    "policydraft": (PolicyDraft, {}),
    "quarantined": (Quarantined, {"address_name": "address__name"}),
    "label": (Label, {name: name for name in ("risk_label1", "risk_label2", "risk_label3")}),
    "ownlabel": (OwnLabel, {"label": "label", "app_id": "app_id"}),
    "wordlist": (WordList, {"name": "name"}),
}
"""What names and addresses take of each kind: attributes with where their values stand."""

_PAGES: dict[str, Callable[[Any], str]] = {
    "case": lambda thing: reverse("review:case", args=[thing.pk]),
    "user": lambda thing: reverse("review:manage_person", args=[thing.pk]),
    "queue": lambda thing: reverse("review:manage_queue", args=[thing.slug]),
    "policyversion": lambda thing: reverse("review:rules_version", args=[thing.number]),
    "policydraft": lambda thing: reverse("review:draft"),
    "wordlist": lambda thing: reverse("review:word_list", args=[thing.pk]),
    "quarantined": lambda thing: reverse("review:quarantined", args=[thing.pk]),
    "endpoint": lambda thing: reverse("review:manage_endpoint", args=[thing.pk]),
    "delivery": lambda thing: reverse("review:manage_deliveries", query={"open": thing.pk}),
    "app": lambda thing: reverse("review:manage_app", args=[thing.pk]),
    "accesskey": lambda thing: reverse("review:manage_key", args=[thing.pk]),
    "callbackaddress": lambda thing: reverse("review:manage_address", args=[thing.pk]),
    "label": lambda thing: reverse("review:labels"),
    "ownlabel": lambda thing: reverse("review:disposal", args=[thing.app_id]),
}
"""The page of each kind of thing."""


def _read(wanted: Mapping[str, set[int]]) -> Mapping[str, Mapping[str, models.Model]]:
    """By kind and key. Each holds what `_READ` says and nothing else."""
    found: dict[str, dict[str, models.Model]] = defaultdict(dict)
    if not wanted:
        return found
    first, *others = (_rows(kind, ids) for kind, ids in wanted.items())
    for kind, pk, known in first.union(*others, all=True):
        thing = found[kind][str(pk)] = _READ[kind][0](pk=pk)
        vars(thing).update(known)
    return found


def _rows(kind: str, ids: set[int]) -> Any:
    model, attributes = _READ[kind]
    rows = model._default_manager.order_by().filter(pk__in=ids)
    return rows.values_list(Value(kind), "pk", JSONObject(**attributes))


def _address(kind: str, thing: Any) -> str:
    """ "" for what is gone, or has no page."""
    return _PAGES[kind](thing) if thing is not None and kind in _PAGES else ""


def _linked(name: str, address: str) -> SafeString:
    if not address:
        return format_html("<bdi>{}</bdi>", name)
    return format_html('<a class="link" href="{}"><bdi>{}</bdi></a>', address, name)
