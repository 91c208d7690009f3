"""The record of who did what: written with the change or not at all, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from accounts import access_keys, audit, people, registration
from accounts.audit_actions import AuditAction
from accounts.models import App, AuditEvent
from moderation.disposal import changes as own_labels
from moderation.disposal.mapping import Own
from moderation.models import Endpoint
from moderation.policy_versions import draft, store
from moderation.webhooks import endpoint_tests, endpoints
from review.models import Queue, Reason
from review.queues import configure
from tests.world import World


class AuditBroken(RuntimeError):
    pass


@pytest.fixture
def audit_breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, no audit event can be written."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AuditBroken

    return lambda: monkeypatch.setattr(audit, "record_all", refuse)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours, to see that nothing changed."""
    models = [
        model for label in ("accounts", "moderation", "review") for model in apps.get_app_config(label).get_models()
    ]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def an_endpoint(world: World) -> Endpoint:
    endpoint = Endpoint(name="Shop", url="https://shop.example/hook", types=["result.final"])
    endpoints.create(endpoint, apps=[world.web], by=world.dave)
    return endpoint


def paused(endpoint: Endpoint) -> Endpoint:
    endpoint.state = Endpoint.State.PAUSED
    return endpoint


def renamed(thing: Any) -> Any:
    thing.name = "New name"
    return thing


VERBS: dict[str, Callable[[World, Endpoint], object]] = {
    "people.add": lambda w, e: people.add(
        email="n@example.test", name="N", role="lead", password="a long password", by=w.dave
    ),
    "people.change": lambda w, e: people.change(w.alice, by=w.dave, name="Alice", role="lead", is_active=True),
    "people.set_password": lambda w, e: people.set_password(w.alice, "another password", by=w.dave),
    "register_app": lambda w, e: registration.register_app(App(app_id="new", name="New"), by=w.dave),
    "change_app": lambda w, e: registration.change_app(renamed(w.web), by=w.dave),
    "access_keys.issue": lambda w, e: access_keys.issue(name="k", app=None, scopes=["read"], by=w.dave),
    "access_keys.revoke": lambda w, e: access_keys.revoke(w.key, by=w.dave),
    "queues.save, new": lambda w, e: configure.save(Queue(slug="new", name="New", is_default=True), by=w.dave),
    "queues.save": lambda w, e: configure.save(renamed(w.nudity), by=w.dave),
    "queues.set_members": lambda w, e: configure.set_members(w.nudity, [w.carol, w.mallory], by=w.dave),
    "queues.set_reasons": lambda w, e: configure.set_reasons(
        w.nudity, [Reason(code="gore", key=1, name="Gore", risk_label1="violence")], by=w.dave
    ),
    "endpoints.create": lambda w, e: an_endpoint(w),
    "endpoints.change": lambda w, e: endpoints.change(paused(e), apps=[], by=w.dave),
    "endpoints.delete": lambda w, e: endpoints.delete(e, by=w.dave),
    "endpoints.rotate_secret": lambda w, e: endpoints.rotate_secret(e, by=w.dave),
    "endpoint_tests.ask_for": lambda w, e: endpoint_tests.ask_for(e, by=w.dave),
    "policies.draft": lambda w, e: draft.save({"rules": [{"boost": 1}]}, base=0, expected_version=0, by=w.dave),
    "own_labels.add": lambda w, e: own_labels.add(w.web, label="porn", own=Own("TNS-2"), by=w.dave),
    "policies.put_in_force": lambda w, e: store.put_in_force({"rules": []}, by=w.dave),
}


@pytest.mark.parametrize("verb", VERBS)
def test_without_its_audit_event_a_change_does_not_happen(
    world: World, audit_breaks: Callable[[], None], verb: str
) -> None:
    endpoint = an_endpoint(world)
    before = everything()
    audit_breaks()
    with pytest.raises(AuditBroken):
        VERBS[verb](world, endpoint)
    assert everything() == before


@pytest.mark.parametrize("verb", VERBS)
def test_every_change_is_one_event_of_the_one_who_made_it(world: World, verb: str) -> None:
    endpoint = an_endpoint(world)
    seen = AuditEvent.objects.count()
    VERBS[verb](world, endpoint)
    (event,) = AuditEvent.objects.order_by("pk")[seen:]
    assert (event.by, event.by_name) == (world.dave, "dave@example.test")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET by_name = 'nobody'",
        "UPDATE accounts_auditevent SET by_name = 'nobody' WHERE false",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "TRUNCATE accounts_user CASCADE",
    ],
)
def test_the_table_refuses_to_be_changed(world: World, statement: str) -> None:
    before = list(AuditEvent.objects.order_by("pk").values())
    connection.check_constraints()  # those still to be checked would refuse a TRUNCATE by themselves
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEvent.objects.order_by("pk").values()) == before


def test_a_key_and_a_part_of_the_system_are_named(world: World) -> None:
    audit.record(AuditAction.CASE_RECEIVED, by=world.key, on=world.web)
    audit.record(AuditAction.CASE_ESCALATED, by="maintenance", on=world.web)
    newest = AuditEvent.objects.order_by("-pk")[:2]
    assert [event.by_name for event in newest] == ["maintenance", f"key tests ({world.key.hint}…)"]
    assert [event.by for event in newest] == [None, None]
