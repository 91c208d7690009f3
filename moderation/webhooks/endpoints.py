"""Create, change, pause and delete endpoints, and rotate their secrets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, gettext_lazy

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation.messages import LedgerCode, Message
from moderation.models import Delivery, Endpoint, EndpointSecret
from moderation.outbound.saved_urls import check_saved, is_same_place
from moderation.runtime import encryption
from moderation.webhooks import custom_headers
from moderation.webhooks.custom_headers import Header
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


def create(endpoint: Endpoint, *, apps: Iterable[App], by: User | str, headers: Sequence[Header] = ()) -> str:
    """Save a new endpoint. Returns its signing secret, which is shown only now. Raises UrlRefused and HeaderRefused."""
    _check(by, endpoint)
    endpoint.headers = custom_headers.stored(headers, before=[])
    secret = new_secret()
    with transaction.atomic():
        endpoint.save()
        endpoint.apps.set(apps)
        EndpointSecret.objects.create(endpoint=endpoint, ciphertext=encryption.seal(secret))
        audit.record(AuditAction.ENDPOINT_CREATED, by=by, on=endpoint, **_facts(endpoint))
    return secret


def change(
    endpoint: Endpoint,
    *,
    apps: Iterable[App],
    by: User | str,
    headers: Sequence[Header] | None = None,
    parts: Sequence[str] = (),
    expected_version: str | None = None,
) -> None:
    """Save what was edited. Pausing an endpoint pauses its pending deliveries; enabling it resumes them. `parts` are
    the values that the form shows, default: all; without "state" the state stays. `headers` None: as they are.

    Raises UrlRefused, HeaderRefused, Conflict, and ValueError for a state that cannot follow the current one.
    """
    _check(by, endpoint)
    with transaction.atomic():
        locked = _lock_undeleted(endpoint) if parts else _lock(endpoint)
        EDITED.check(expected_version, locked, parts=parts)
        before = _facts(locked)
        if not parts or "state" in parts:
            _move(locked, endpoint.state)
        endpoint.headers = _headers(endpoint, locked, headers)
        endpoint.state, endpoint.why, endpoint.enabled_at = locked.state, locked.why, locked.enabled_at
        endpoint.save()
        endpoint.apps.set(apps)
        _match_deliveries(endpoint)
        after = _facts(endpoint)
        if changed := custom_headers.changed(locked.headers, endpoint.headers):
            after["changed_headers"] = changed
        audit.record(AuditAction.ENDPOINT_CHANGED, by=by, on=endpoint, before=before, **after)


def _headers(endpoint: Endpoint, locked: Endpoint, wanted: Sequence[Header] | None) -> custom_headers.Stored:
    """Secret values stay only where the URL stays at its host: they are not sent to another one."""
    before = locked.headers
    if is_same_place(endpoint.url, locked.url):
        return before if wanted is None else custom_headers.stored(wanted, before=before)
    return custom_headers.stored(custom_headers.as_written(before) if wanted is None else wanted, before=[])


def pause(endpoint: Endpoint, *, by: User | str) -> None:
    """Its deliveries wait. Pausing it again changes nothing. Raises ValueError once deleted."""
    _set_state(endpoint, State.PAUSED, AuditAction.ENDPOINT_PAUSED, by=by)


def resume(endpoint: Endpoint, *, by: User | str) -> None:
    """Send what waits, each delivery when it is due. Earlier failures no longer count towards an automatic pause.
    Resuming it again changes nothing. Raises ValueError once deleted.
    """
    _set_state(endpoint, State.ENABLED, AuditAction.ENDPOINT_RESUMED, by=by)


def delete(endpoint: Endpoint, *, by: User | str) -> None:
    """Mark it deleted. Its pending deliveries are cancelled and stay listed; tests that wait are forgotten. Deleting it
    again changes nothing.
    """
    _check(by)
    with transaction.atomic():
        left = Endpoint.objects.filter(pk=endpoint.pk).exclude(state=State.DELETED)
        if not left.update(state=State.DELETED, why=None):
            return
        endpoint.tests.filter(begun_at=None).delete()
        open_ones = Delivery.objects.filter(endpoint=endpoint, state__in=["pending", "paused"])
        cancelled = open_ones.update(
            state="cancelled", why=Message(LedgerCode.DELIVERY_ENDPOINT_DELETED), ended_at=Now()
        )
        audit.record(AuditAction.ENDPOINT_DELETED, by=by, on=endpoint, url=endpoint.url, cancelled=cancelled)


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


def end_old_secrets(endpoint: Endpoint, *, by: User | str) -> None:
    """Only the newest secret signs from now on. Without an old one nothing changes. Raises ValueError once deleted."""
    _check(by)
    with transaction.atomic():
        _lock_undeleted(endpoint)
        if endpoint.secrets.filter(expires_at__gt=Now()).update(expires_at=Now()):
            audit.record(AuditAction.ENDPOINT_OLD_SECRET_ENDED, by=by, on=endpoint)


def disable(endpoint_id: int, *, why: Message) -> None:
    """The receiver answered 410 Gone: pause its deliveries until an administrator enables the endpoint again."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    if endpoint.state == State.ENABLED:
        endpoint.state, endpoint.why = State.DISABLED, why
        endpoint.save(update_fields=["state", "why"])
        audit.record(AuditAction.ENDPOINT_DISABLED, by="deliver", on=endpoint, why=why)
    _match_deliveries(endpoint)


def _match_deliveries(endpoint: Endpoint) -> None:
    deliveries = Delivery.objects.filter(endpoint=endpoint)
    if endpoint.state == State.ENABLED:
        deliveries.filter(state="paused").update(state="pending")
    else:
        deliveries.filter(state="pending").update(state="paused")


def pause_for_failing(endpoint_id: int, *, why: Message) -> Endpoint | None:
    """Nothing has been delivered for a day: pause it until an administrator resumes it. None when it is not enabled."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
        if endpoint.state != State.ENABLED:
            return None
        endpoint.state, endpoint.why = State.PAUSED, why
        endpoint.save(update_fields=["state", "why"])
        _match_deliveries(endpoint)
        audit.record(AuditAction.ENDPOINT_PAUSED_FOR_FAILING, by="maintenance", on=endpoint, why=why)
    return endpoint


def _set_state(endpoint: Endpoint, state: State, action: AuditAction, *, by: User | str) -> None:
    _check(by)
    with transaction.atomic():
        locked = _lock_undeleted(endpoint)
        before = locked.state
        if before != state:
            _move(locked, state)
            locked.save(update_fields=["state", "why", "enabled_at"])
            _match_deliveries(locked)
            audit.record(action, by=by, on=locked, before=before, state=state)
    endpoint.refresh_from_db()


def _lock(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)


def _lock_undeleted(endpoint: Endpoint) -> Endpoint:
    locked = _lock(endpoint)
    if locked.state == State.DELETED:
        raise ValueError(gettext("This endpoint is deleted. Create a new one."))
    return locked


def _move(locked: Endpoint, wanted: str) -> None:
    """Set the state that a person wants. Raises ValueError when it cannot follow the current one."""
    if wanted == locked.state:
        return
    if wanted not in NEXT_STATES[locked.state]:
        refused = gettext("An endpoint that is {state} cannot become {wanted}. Reload the page.")
        raise ValueError(refused.format(state=locked.state, wanted=wanted))
    locked.state, locked.why = wanted, None
    if wanted == State.ENABLED:
        locked.enabled_at = Now()


def _values(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "state": endpoint.state,
        "types": endpoint.types,
        "form": endpoint.form,
        "apps": {str(app.pk): app.app_id for app in endpoint.apps.all()},
        "headers": custom_headers.in_a_form(endpoint.headers),
        "header_secrets": custom_headers.marks_of_secrets(endpoint.headers),
    }


EDITED = Edited(
    _values,
    recorded_as=[
        AuditAction.ENDPOINT_CHANGED,
        AuditAction.ENDPOINT_DISABLED,
        AuditAction.ENDPOINT_DELETED,
        AuditAction.ENDPOINT_PAUSED,
        AuditAction.ENDPOINT_RESUMED,
        AuditAction.ENDPOINT_PAUSED_FOR_FAILING,
    ],
    labels={"header_secrets": gettext_lazy("Secret headers")},
)
FORM_PARTS = ("name", "url", "types", "form", "apps", "headers", "header_secrets")
"""What is edited in a form; the state has buttons of its own."""


def _facts(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "state": endpoint.state,
        "types": endpoint.types,
        "form": endpoint.form,
        "headers": custom_headers.names(endpoint.headers),
        "apps": list(endpoint.apps.values_list("app_id", flat=True)),
    }


def _check(by: User | str, endpoint: Endpoint | None = None) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    if endpoint is not None:
        check_saved(endpoint.url)
