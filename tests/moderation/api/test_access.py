"""Which key opens what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import access_keys
from accounts.models import App
from moderation.models import Case
from tests.factories import bodies
from tests.moderation.api.calls import get, post
from tests.world import World


def bearer(*, app: App | None = None, scopes: tuple[str, ...] = ("ingest", "read")) -> dict[str, str]:
    _, key = access_keys.issue(name="k", app=app, scopes=scopes, by="tests")
    return {"Authorization": f"Bearer {key}"}


def revoked() -> dict[str, str]:
    row, key = access_keys.issue(name="k", app=None, scopes=["ingest"], by="tests")
    access_keys.revoke(row, by="tests")
    return {"Authorization": f"Bearer {key}"}


def expired() -> dict[str, str]:
    row, key = access_keys.issue(name="k", app=None, scopes=["ingest"], by="tests")
    row.expires_at = timezone.now()
    row.save()
    return {"Authorization": f"Bearer {key}"}


def test_no_wrong_revoked_and_expired_keys_get_one_and_the_same_401(client: Client, world: World) -> None:
    key = world.bearer["Authorization"].removeprefix("Bearer ")
    wrong: list[dict[str, str]] = [{}, {"Authorization": "Bearer nope"}, {"Authorization": f"Basic {key}"}]
    wrong += [{"Authorization": key}, {"Authorization": "Bearer"}, {"Authorization": "Bearer é"}, revoked(), expired()]
    answers = [post(client, bodies.envelope(), headers) for headers in wrong]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert not Case.objects.exists()


def test_a_key_in_the_query_opens_nothing(client: Client, world: World) -> None:
    key = world.bearer["Authorization"].removeprefix("Bearer ")
    assert post(client, bodies.envelope(), {}, query=f"?accessKey={key}").status_code == 401


def test_the_key_is_asked_for_before_the_body_is_read(client: Client, world: World) -> None:
    assert post(client, "not json", {}).status_code == 401


def test_a_key_without_the_scope_is_a_403_that_names_it(client: Client, world: World) -> None:
    body = bodies.envelope()
    refused = post(client, body, bearer(scopes=("read",)))
    assert refused.status_code == 403
    assert '"ingest"' in refused.json()["detail"]
    post(client, body, world.bearer)
    assert get(client, body["result"]["requestId"], bearer(scopes=("ingest",))).status_code == 403


@pytest.mark.parametrize("named", ["in the body", "in the query", "of the request"])
def test_a_key_of_one_app_is_refused_for_another(client: Client, world: World, named: str) -> None:
    body: Any = {
        "in the body": bodies.envelope(app_id="app"),
        "in the query": bodies.result(),
        "of the request": {"request": bodies.request() | {"appId": "app"}, "result": bodies.result()},
    }[named]
    query = "?appId=app" if named == "in the query" else ""
    assert post(client, body, bearer(app=world.web), query=query).status_code == 403
    assert not Case.objects.exists()


def test_a_key_of_one_app_needs_to_name_none(client: Client, world: World) -> None:
    assert post(client, bodies.result(), bearer(app=world.web)).status_code == 201
    assert Case.objects.get().app == world.web


def test_a_key_sees_the_cases_of_its_app_only(client: Client, world: World) -> None:
    post(client, bodies.envelope(requestId="r1"), world.bearer)
    assert get(client, "r1", bearer(app=world.web)).status_code == 200
    assert get(client, "r1", bearer(app=world.other_app)).status_code == 404
    assert get(client, "r1", bearer(app=world.other_app), query="?appId=web").status_code == 403


def test_people_of_ours_do_not_post_results_with_their_session(client: Client, world: World) -> None:
    client.force_login(world.dave)
    assert post(client, bodies.envelope(), {}).status_code == 401
