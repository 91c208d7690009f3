"""Create, change, pause and delete endpoints, and rotate their secrets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation.messages import LedgerCode, Message
from moderation.models import Delivery, Endpoint, EndpointSecret
from moderation.outbound.urls import PUBLIC_PORTS, check_host, check_literal, check_url
from moderation.runtime import encryption
from moderation.webhooks import outbox
from moderation.webhooks.signing import new_secret

ROTATION = timedelta(hours=24)  # how long the old secret still signs, together with the new one

State = Endpoint.State
NEXT_STATES: dict[str, frozenset[str]] = {
    State.ENABLED: frozenset({State.PAUSED}),
    State.PAUSED: frozenset({State.ENABLED}),
    State.DISABLED: frozenset({State.ENABLED, State.PAUSED}),
    State.DELETED: frozenset(),
}
"""The states an administrator may set, by the current state. Only a receiver's 410 disables an endpoint."""


def create(endpoint: Endpoint, *, apps: Iterable[App], by: User | str) -> str:
    """Save a new endpoint. Returns its signing secret, which is shown only now. Raises UrlRefused."""
    _check(by, endpoint)
    secret = new_secret()
    with transaction.atomic():
        endpoint.save()
        endpoint.apps.set(apps)
        EndpointSecret.objects.create(endpoint=endpoint, ciphertext=encryption.seal(secret))
        audit.record(AuditAction.ENDPOINT_CREATED, by=by, on=endpoint, apps=_app_ids(endpoint), **_facts(endpoint))
    return secret


def change(endpoint: Endpoint, *, apps: Iterable[App], by: User | str, expected_version: str | None = None) -> None:
    """Save what was edited. Pausing an endpoint pauses its pending deliveries; enabling it resumes them.

    Raises UrlRefused, Conflict, and ValueError for a state that cannot follow the current one.
    """
    _check(by, endpoint)
    with transaction.atomic():
        locked = _lock(endpoint)
        EDITED.check(expected_version, locked)
        _check_state(locked, endpoint.state)
        before = _recorded(locked)
        endpoint.save()
        endpoint.apps.set(apps)
        _match_deliveries(endpoint)
        audit.record(AuditAction.ENDPOINT_CHANGED, by=by, on=endpoint, before=before, **_recorded(endpoint))


def delete(endpoint: Endpoint, *, by: User | str) -> None:
    """Mark it deleted. Its pending deliveries are cancelled and stay listed. Deleting it again changes nothing."""
    _check(by)
    with transaction.atomic():
        if not Endpoint.objects.filter(pk=endpoint.pk).exclude(state=State.DELETED).update(state=State.DELETED):
            return
        open_ones = Delivery.objects.filter(endpoint=endpoint, state__in=["pending", "paused"])
        open_ones.update(state="cancelled", why=Message(LedgerCode.DELIVERY_ENDPOINT_DELETED), ended_at=Now())
        audit.record(AuditAction.ENDPOINT_DELETED, by=by, on=endpoint, url=endpoint.url)


def rotate_secret(endpoint: Endpoint, *, by: User | str) -> str:
    """A new secret, shown only now. The old one also signs for 24 hours. Raises ValueError once deleted."""
    _check(by)
    secret = new_secret()
    with transaction.atomic():
        _lock_undeleted(endpoint)
        endpoint.secrets.filter(expires_at=None).update(expires_at=Now() + ROTATION)
        EndpointSecret.objects.create(endpoint=endpoint, ciphertext=encryption.seal(secret))
        audit.record(AuditAction.ENDPOINT_SECRET_ROTATED, by=by, on=endpoint)
    return secret


def send_test(endpoint: Endpoint, *, by: User | str) -> Delivery:
    """Put an `endpoint.test` event in the outbox, whatever types and form the endpoint has.

    Like any delivery it is paused while the endpoint is not enabled. Raises ValueError once deleted.
    """
    _check(by)
    with transaction.atomic():
        locked = _lock_undeleted(endpoint)
        delivery = outbox.put_test(locked)
        audit.record(AuditAction.ENDPOINT_TEST_SENT, by=by, on=locked, webhook_id=delivery.webhook_id)
    return delivery


def disable(endpoint_id: int, *, why: Message) -> None:
    """The receiver answered 410 Gone: pause its deliveries until an administrator enables the endpoint again."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
    if endpoint.state == State.ENABLED:
        endpoint.state = State.DISABLED
        endpoint.save(update_fields=["state"])
        audit.record(AuditAction.ENDPOINT_DISABLED, by="deliver", on=endpoint, why=why)
    _match_deliveries(endpoint)


def _match_deliveries(endpoint: Endpoint) -> None:
    deliveries = Delivery.objects.filter(endpoint=endpoint)
    if endpoint.state == State.ENABLED:
        deliveries.filter(state="paused").update(state="pending")
    else:
        deliveries.filter(state="pending").update(state="paused")


def _lock(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)


def _lock_undeleted(endpoint: Endpoint) -> Endpoint:
    locked = _lock(endpoint)
    if locked.state == State.DELETED:
        raise ValueError(gettext("This endpoint is deleted. Create a new one."))
    return locked


def _check_state(locked: Endpoint, wanted: str) -> None:
    if wanted != locked.state and wanted not in NEXT_STATES[locked.state]:
        refused = gettext("An endpoint that is {state} cannot become {wanted}. Reload the page.")
        raise ValueError(refused.format(state=locked.state, wanted=wanted))


def _values(endpoint: Endpoint) -> dict[str, Any]:
    apps = {str(app.pk): app.app_id for app in endpoint.apps.all()}
    return {"name": endpoint.name, **_facts(endpoint), "apps": apps}


EDITED = Edited(
    _values,
    recorded_as=[AuditAction.ENDPOINT_CHANGED, AuditAction.ENDPOINT_DISABLED, AuditAction.ENDPOINT_DELETED],
)


def _recorded(endpoint: Endpoint) -> dict[str, Any]:
    return {"name": endpoint.name, "apps": _app_ids(endpoint), **_facts(endpoint)}


def _facts(endpoint: Endpoint) -> dict[str, Any]:
    return {"url": endpoint.url, "state": endpoint.state, "types": endpoint.types, "form": endpoint.form}


def _app_ids(endpoint: Endpoint) -> list[str]:
    return list(endpoint.apps.values_list("app_id", flat=True))


def _check(by: User | str, endpoint: Endpoint | None = None) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    if endpoint is not None:
        ports = None if settings.OUTBOUND_ALLOWED_NETWORKS else PUBLIC_PORTS
        url = check_url(endpoint.url, schemes=settings.ENDPOINT_SCHEMES, allowed_ports=ports)
        check_host(url, own=settings.OWN_HOSTS)
        check_literal(url, allowed=settings.OUTBOUND_ALLOWED_NETWORKS)
