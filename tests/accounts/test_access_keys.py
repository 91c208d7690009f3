"""The keys that backends sign in with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import access_keys
from accounts.auth.authentication import UNKNOWN
from accounts.models import AccessKey, AuditEvent
from accounts.permissions import NotAllowed
from accounts.versions import Conflict
from tests.factories import bodies
from tests.world import World

ALL = AccessKey.Scope.values
ISSUED_AND_CHANGED = ("key.issued", "key.changed")


def post(client: Client, key: str | None = None, *, header: str = "", app_id: str = "web", query: str = "") -> Any:
    headers = {"Authorization": header or f"Bearer {key}"} if header or key is not None else {}
    body = bodies.envelope(app_id=app_id)
    return client.post(f"/api/v1/results{query}", body, content_type="application/json", headers=headers)


def test_a_live_key_is_let_in_and_only_its_digest_is_kept(client: Client, world: World) -> None:
    row, key = access_keys.issue(name="ours", app=world.web, scopes=["ingest"], by=world.dave)
    assert post(client, key).status_code == 201
    kept = str(AccessKey.objects.filter(pk=row.pk).values().get()) + str(list(AuditEvent.objects.values()))
    assert key not in kept
    assert key[8:] not in kept


def test_two_keys_live_side_by_side_while_one_replaces_the_other(client: Client, world: World) -> None:
    (old, old_key), (_, new_key) = (
        access_keys.issue(name="ours", app=world.web, scopes=["ingest"], by=world.dave) for _ in range(2)
    )
    assert [post(client, key).status_code for key in (old_key, new_key)] == [201, 201]
    access_keys.revoke(old, by=world.dave)
    assert [post(client, key).status_code for key in (old_key, new_key)] == [401, 201]


def test_every_key_that_is_not_live_gets_the_same_answer(client: Client, world: World) -> None:
    revoked, revoked_key = access_keys.issue(name="old", app=None, scopes=ALL, by=world.dave)
    access_keys.revoke(revoked, by=world.dave)
    past = timezone.now() - timedelta(seconds=1)
    _, expired_key = access_keys.issue(name="past", app=None, scopes=ALL, by=world.dave, expires_at=past)
    live = world.bearer["Authorization"].removeprefix("Bearer ")
    answers = [
        post(client),
        post(client, revoked_key),
        post(client, expired_key),
        post(client, live + "x"),
        post(client, live[:-1]),
        post(client, ""),
        post(client, "\udcff"),
        post(client, header=f"Basic {live}"),
        post(client, header=live),
        post(client, query=f"?key={live}&access_key={live}&token={live}"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json()["detail"] == UNKNOWN
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Bearer realm="Second Look"'}


def test_a_key_works_until_it_expires(client: Client, world: World) -> None:
    soon = timezone.now() + timedelta(hours=1)
    _, key = access_keys.issue(name="soon", app=None, scopes=ALL, by=world.dave, expires_at=soon)
    assert post(client, key).status_code == 201


def test_when_a_key_ends_is_told_in_utc(world: World) -> None:
    ends = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        row, _ = access_keys.issue(name="ours", app=None, scopes=ALL, by=world.dave, expires_at=ends)
        later = ends + timedelta(days=1)
        access_keys.change(row, by=world.dave, name="ours", expires_at=later, rate_per_second=None, burst=None)
    issued, changed = (AuditEvent.objects.get(action=action, on_id=str(row.pk)) for action in ISSUED_AND_CHANGED)
    assert issued.details["expires_at"] == "2030-01-01T12:00:00Z"
    assert changed.details["before"]["expires_at"] == "2030-01-01T12:00:00Z"
    assert changed.details["expires_at"] == "2030-01-02T12:00:00Z"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def test_no_key_ends_in_a_time_that_zones_cannot_tell(world: World, zone: str) -> None:
    with timezone.override(zone):
        last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone.get_current_timezone())
        with pytest.raises(ValueError, match="within the next 50 years"):
            access_keys.issue(name="ours", app=None, scopes=ALL, by=world.dave, expires_at=last)
        with pytest.raises(ValueError, match="within the next 50 years"):
            access_keys.rotate(world.key, ends_at=last, by=world.dave)
        with pytest.raises(ValueError, match="within the next 50 years"):
            access_keys.change(world.key, by=world.dave, name="x", expires_at=last, rate_per_second=None, burst=None)
    assert not AccessKey.objects.exclude(expires_at=None).exists()


def test_the_scheme_may_be_written_in_any_case(client: Client, world: World) -> None:
    assert post(client, header=world.bearer["Authorization"].replace("Bearer", "bearer")).status_code == 201


def test_a_key_is_for_its_app_alone(client: Client, world: World) -> None:
    _, key = access_keys.issue(name="web", app=world.web, scopes=ALL, by=world.dave)
    refused = post(client, key, app_id="app")
    assert refused.status_code == 403
    assert 'for the app "web" only' in refused.json()["detail"]
    theirs = bodies.envelope(app_id="app")
    client.post("/api/v1/results", theirs, content_type="application/json", headers=world.bearer)
    url = f"/api/v1/results/{theirs['result']['requestId']}"
    assert client.get(url, headers=world.bearer).status_code == 200
    assert client.get(url, headers={"Authorization": f"Bearer {key}"}).status_code == 404


@pytest.mark.parametrize(("scope", "posts", "reads"), [("ingest", 201, 403), ("read", 403, 404), ("deliver", 403, 403)])
def test_a_key_does_what_its_scopes_say(client: Client, world: World, scope: str, posts: int, reads: int) -> None:
    _, key = access_keys.issue(name=scope, app=None, scopes=[scope], by=world.dave)
    assert post(client, key).status_code == posts
    read = client.get("/api/v1/results/none", headers={"Authorization": f"Bearer {key}"})
    assert read.status_code == reads
    if 403 in (posts, reads):
        assert "lacks the scope" in (read if reads == 403 else post(client, key)).json()["detail"]


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "administer"]])
def test_a_key_has_known_scopes(world: World, scopes: list[str]) -> None:
    with pytest.raises(ValueError, match="use one or more of"):
        access_keys.issue(name="k", app=None, scopes=scopes, by=world.dave)


def test_a_brought_key_must_be_long(world: World) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        access_keys.issue(name="k", app=None, scopes=ALL, by=world.dave, key="short")


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_issue_and_revoke(world: World, name: str) -> None:
    by = getattr(world, name)
    with pytest.raises(NotAllowed):
        access_keys.issue(name="mine", app=None, scopes=ALL, by=by)
    with pytest.raises(NotAllowed):
        access_keys.revoke(world.key, by=by)
    with pytest.raises(NotAllowed):
        access_keys.rotate(world.key, by=by)
    with pytest.raises(NotAllowed):
        access_keys.change(world.key, name="mine", expires_at=None, rate_per_second=None, burst=None, by=by)


def test_a_rotated_key_works_beside_the_new_one_until_its_end(client: Client, world: World) -> None:
    old, old_key = access_keys.issue(
        name="ours", app=world.web, scopes=["read", "ingest"], by=world.dave, rate_per_second=50, burst=7
    )
    ends_at = timezone.now() + timedelta(hours=1)
    new, new_key = access_keys.rotate(old, ends_at=ends_at, by=world.dave)
    assert (new.name, new.app, new.scopes, new.rate_per_second, new.burst, new.expires_at) == (
        *("ours", world.web, ["ingest", "read"]),
        *(50, 7, None),
    )
    assert [post(client, key).status_code for key in (old_key, new_key)] == [201, 201]
    old.refresh_from_db()
    assert (old.replaced_by, old.expires_at) == (new, ends_at)
    event = AuditEvent.objects.get(action="key.rotated")
    assert (event.by, event.on_id, event.details["replaced_by"]) == (world.dave, str(old.pk), new.pk)
    access_keys.change(
        old, name="ours", expires_at=timezone.now() - timedelta(seconds=1), rate_per_second=50, burst=7, by=world.dave
    )
    assert [post(client, key).status_code for key in (old_key, new_key)] == [401, 201]


def test_who_may_loosen_the_policy_is_written_down_and_kept_when_rotated(world: World) -> None:
    row, _ = access_keys.issue(name="ours", app=world.web, scopes=["gateway"], by=world.dave, may_loosen=True)
    assert AuditEvent.objects.filter(action="key.issued").latest("pk").details["may_loosen"] is True
    new, _ = access_keys.rotate(row, by=world.dave)
    assert (new.may_loosen, new.scopes) == (True, ["gateway"])
    plain, _ = access_keys.issue(name="plain", app=world.web, scopes=["gateway"], by=world.dave)
    assert plain.may_loosen is False


def test_a_key_rotated_at_once_works_no_more(client: Client, world: World) -> None:
    old, old_key = access_keys.issue(name="ours", app=None, scopes=ALL, by=world.dave)
    _, new_key = access_keys.rotate(old, by=world.dave)
    assert [post(client, key).status_code for key in (old_key, new_key)] == [401, 201]


def test_rotating_never_makes_the_old_key_last_longer(world: World) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    old, _ = access_keys.issue(name="ours", app=None, scopes=ALL, by=world.dave, expires_at=soon)
    access_keys.rotate(old, ends_at=timezone.now() + timedelta(days=7), by=world.dave)
    old.refresh_from_db()
    assert old.expires_at == soon


def test_a_key_is_replaced_once_and_a_dead_one_never(world: World) -> None:
    access_keys.rotate(world.key, ends_at=timezone.now() + timedelta(days=1), by=world.dave)
    with pytest.raises(ValueError, match="has been replaced"):
        access_keys.rotate(world.key, by=world.dave)
    access_keys.revoke(world.key, by=world.dave)
    with pytest.raises(ValueError, match="works no more"):
        access_keys.rotate(world.key, by=world.dave)
    assert AccessKey.objects.count() == 2


def test_a_change_is_written_down_with_what_was_before(world: World) -> None:
    told: dict[str, Any] = {"expires_at": None, "rate_per_second": 20.0, "burst": None, "by": world.dave}
    access_keys.change(world.key, name="renamed", **told)
    world.key.refresh_from_db()
    assert (world.key.name, world.key.rate_per_second) == ("renamed", 20)
    details = AuditEvent.objects.get(action="key.changed").details
    assert (details["before"]["name"], details["name"]) == ("tests", "renamed")
    with pytest.raises(ValueError, match=r"0\.001"):
        access_keys.change(world.key, name="renamed", **told | {"rate_per_second": 0})


def test_a_stale_change_of_a_key_is_refused(world: World) -> None:
    version = access_keys.EDITED.version(world.key)
    told: dict[str, Any] = {"expires_at": None, "rate_per_second": None, "burst": None, "by": world.dave}
    access_keys.change(world.key, name="theirs", **told)
    with pytest.raises(Conflict, match="tests → theirs"):
        access_keys.change(world.key, name="mine", expected_version=version, **told)
    assert AccessKey.objects.get(pk=world.key.pk).name == "theirs"


def test_revoking_twice_is_one_event(world: World) -> None:
    access_keys.revoke(world.key, by=world.dave)
    first = AccessKey.objects.get(pk=world.key.pk).revoked_at
    access_keys.revoke(world.key, by=world.dave)
    assert AccessKey.objects.get(pk=world.key.pk).revoked_at == first
    assert AuditEvent.objects.filter(action="key.revoked").count() == 1


def test_the_command_prints_a_key_that_works(client: Client, world: World) -> None:
    printed = StringIO()
    call_command("create_access_key", "--app", "web", "--scope", "ingest", "read", "--scope", "deliver", stdout=printed)
    key = printed.getvalue().strip()
    row = AccessKey.objects.exclude(pk=world.key.pk).get()
    assert (row.app, row.scopes) == (world.web, ["deliver", "ingest", "read"])
    assert post(client, key).status_code == 201
    assert AuditEvent.objects.filter(action="key.issued", by_name="command line").exists()


def test_the_command_makes_a_key_for_every_app(world: World) -> None:
    printed = StringIO()
    call_command("create_access_key", "--app", "all", "--scope", "ingest", stdout=printed)
    found = access_keys.find(printed.getvalue().strip())
    assert found is not None
    assert found.app is None


def test_the_command_names_the_apps_there_are(world: World) -> None:
    with pytest.raises(CommandError, match=r'There is no app "nope". Registered: app, web\.'):
        call_command("create_access_key", "--app", "nope", "--scope", "ingest")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("create_access_key", "--app", "web", "--scope", "everything")
