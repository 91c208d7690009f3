"""What events are about, by name and with a link, read in one query for each kind of thing on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import AccessKey, App, AuditEvent, User
from moderation.models import CallbackAddress, Case, Delivery, Endpoint, Label, PolicyVersion, Quarantined, WordList
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
        self._found = {kind: _read(kind, ids) for kind, ids in wanted.items() if kind in _READ and ids}

    def about(self, event: AuditEvent) -> SafeString:
        """The name of what the event is about, as a link where there is a page of it."""
        return _linked(self.name(event), _address(event, self._thing(event.on_type, event.on_id)))

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
    return gettext("body {number} of {address}").format(number=thing.pk, address=thing.address.name)


_NAMES: dict[str, Callable[[Any], str]] = {
    "case": _short,
    "delivery": _delivery,
    "policyversion": _policy,
    "quarantined": _quarantined,
    "queue": lambda thing: str(thing.name),
    "endpoint": lambda thing: str(thing.name),
    "app": lambda thing: str(thing.name or thing.app_id),
    "accesskey": lambda thing: str(thing.name),
    "callbackaddress": lambda thing: str(thing.name),
    "wordlist": lambda thing: str(thing.name),
}

_READ: dict[str, Any] = {
    "user": User.objects,
    "case": Case.objects.only("request_id", "bt_id"),
    "queue": Queue.objects.only("name", "slug"),
    "endpoint": Endpoint.objects.only("name"),
    "delivery": Delivery.objects.only("webhook_id"),
    "app": App.objects,
    "accesskey": AccessKey.objects.only("name"),
    "callbackaddress": CallbackAddress.objects.only("name"),
    "policyversion": PolicyVersion.objects.only("number"),
    "quarantined": Quarantined.objects.select_related("address").only("address", "address__name"),
    "label": Label.objects,
    "wordlist": WordList.objects.only("name"),
}

_PAGES: dict[str, tuple[tuple[str, Callable[[AuditEvent, Any], list[Any]]], ...]] = {
    "case": (("case", lambda event, thing: [event.on_id]),),
    "user": (("manage_person", lambda event, thing: [event.on_id]),),
    "queue": (("manage_queue", lambda event, thing: [thing.slug]),),
    "policyversion": (("rules_version", lambda event, thing: [thing.number]),),
    "wordlist": (("word_list", lambda event, thing: [event.on_id]),),
    "quarantined": (("quarantined", lambda event, thing: [event.on_id]),),
    "endpoint": (("manage_endpoint", lambda event, thing: [event.on_id]),),
    "delivery": (("manage_delivery", lambda event, thing: [event.on_id]),),
    "app": (("manage_app", lambda event, thing: [event.on_id]),),
    "accesskey": (("manage_apps", lambda event, thing: []),),
    "callbackaddress": (("manage_apps", lambda event, thing: []),),
    "label": (("labels", lambda event, thing: []),),
}
"""The page of each kind of thing, by the name of its view and what that asks for."""


def _read(kind: str, ids: set[int]) -> Mapping[str, models.Model]:
    return {str(pk): thing for pk, thing in _READ[kind].in_bulk(ids).items()}


def _address(event: AuditEvent, thing: Any) -> str:
    """ "" for what is gone, or has no page."""
    if thing is None:
        return ""
    for view, arguments in _PAGES.get(event.on_type, ()):
        try:
            return reverse(f"review:{view}", args=arguments(event, thing))
        except NoReverseMatch:
            continue
    return ""


def _linked(name: str, address: str) -> SafeString:
    if not address:
        return format_html("<bdi>{}</bdi>", name)
    return format_html('<a class="link" href="{}"><bdi>{}</bdi></a>', address, name)
