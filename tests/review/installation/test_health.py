"""Each check of the installation, and the page: fine, worth a look, or broken, with what to do."""

from __future__ import annotations

import shutil
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django.test import Client

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation import last_times, readiness
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.last_times import Happening
from moderation.models import FactsBackfill, LastTime
from moderation.stored_facts import backfill
from moderation.webhooks.dispatcher_lease import DispatcherLease
from review.installation import databases, health
from review.installation.findings import Check, Seen, State
from review.installation.health import Checked, look
from tests.factories import bodies, endpoints, tasks
from tests.stage import signed_in
from tests.world import World

HEALTH = "/manage/health/"
FILES = "review.installation.files"


def found(name: str, seen: Seen | None = None) -> Checked:
    (one,) = look(seen, checks=[check for check in health.CHECKS if check.name == name])
    return one


def state(name: str, seen: Seen | None = None) -> State:
    return found(name, seen).state


def ago(what: Happening, interval: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_lasttime SET at = at - %s::interval WHERE name = %s", [interval, what.value])


def test_every_check_has_a_name_a_finding_and_what_to_do(well: None) -> None:
    every = look(Seen(secure=False))
    assert [one.name for one in every] == [check.name for check in health.CHECKS]
    assert len({one.name for one in every}) == len(every)
    assert all(one.title and one.found for one in every)
    assert {one.name for one in every if one.state != State.OK} == {"mail", "tls"}, every
    assert all(bool(one.to_do) == (one.state != State.OK) for one in every)


def test_migrations(db: None) -> None:
    assert state("migrations") == State.OK
    MigrationRecorder(connection).record_unapplied("review", "0009_queues_are_remembered")
    assert (state("migrations"), found("migrations").found) == (State.BROKEN, "1 is not applied.")


def test_an_old_postgresql_is_broken(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PostgreSQL" in found("versions").found
    monkeypatch.setattr(databases, "OLDEST_POSTGRESQL", 99)
    assert state("versions") == State.BROKEN


def test_another_installations_key_and_one_that_can_be_guessed(db: None, settings: Any) -> None:
    endpoints.subscribed()
    assert state("secret-key") == State.OK
    settings.SECRET_KEY = "another installation's key, of enough signs"
    assert state("secret-key") == State.BROKEN
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests-" + "0" * 40]
    settings.SECRET_KEY = "short"
    assert found("secret-key").found == "It can be guessed."


def test_clocks_that_are_apart(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state("clock") == State.OK
    real = time.time
    for ahead, expected in ((5, State.ATTENTION), (3600, State.BROKEN)):
        monkeypatch.setattr("review.installation.databases.time.time", lambda ahead=ahead: real() + ahead)
        assert state("clock") == expected


def test_the_picture_folder(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state("pictures") in (State.OK, State.ATTENTION)
    usage = shutil.disk_usage("/")
    for free, expected in ((10**12, State.OK), (10**9, State.ATTENTION), (10**6, State.BROKEN)):
        monkeypatch.setattr(f"{FILES}.shutil.disk_usage", lambda _, free=free: usage._replace(free=free))
        assert state("pictures") == expected


def test_a_folder_that_cannot_be_written_to(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(f"{FILES}.tempfile.TemporaryFile", refuse)
    assert "Read-only file system" in found("pictures").found


def test_a_redis_that_is_away(db: None, settings: Any) -> None:
    assert state("redis") == State.OK
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert state("redis") == State.BROKEN
    assert found("versions").state == State.OK


def test_a_dispatcher_that_was_never_there_and_one_that_is_silent(db: None) -> None:
    assert state("dispatcher") == State.BROKEN
    DispatcherLease().take()
    assert state("dispatcher") == State.OK
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_dispatcherlease SET looked_at = looked_at - interval '5 minutes'")
    assert found("dispatcher").found == "Last seen 5 minutes ago: results wait."


def test_workers_and_the_beat(db: None) -> None:
    assert (state("worker"), state("beat")) == (State.BROKEN, State.ATTENTION)
    last_times.record(Happening.MAINTENANCE, by="loop")
    assert state("worker") == State.ATTENTION
    last_times.record(Happening.WORKER, by="here, process 7")
    assert (state("worker"), state("beat")) == (State.OK, State.ATTENTION)
    assert "less often" in found("beat").found
    last_times.record(Happening.BEAT, by="here, process 7")
    assert (state("worker"), state("beat")) == (State.OK, State.OK)
    ago(Happening.WORKER, "3 minutes")
    ago(Happening.BEAT, "3 minutes")
    assert state("worker") == State.ATTENTION
    assert found("beat").found == "Not known while no worker answers."


def test_the_task_of_a_worker_says_that_it_is_there(db: None) -> None:
    from review.tasks import maintain

    maintain()
    assert set(last_times.last_times()) == {"worker"}
    maintain(beat=True)
    assert set(last_times.last_times()) == {"worker", "beat"}


def test_the_last_backup(db: None) -> None:
    assert found("backup").found == "None is recorded."
    call_command("record_backup", "--by", "nightly dump")
    assert (state("backup"), found("backup").found) == (State.OK, "0 s ago, by `nightly dump`.")
    ago(Happening.BACKUP, "3 days")
    assert (state("backup"), found("backup").found) == (State.ATTENTION, "3 days ago, by `nightly dump`.")


@pytest.mark.parametrize(
    ("trusted", "came", "expected"),
    [(0, 0, State.OK), (0, 1, State.ATTENTION), (1, 1, State.OK), (2, 1, State.BROKEN), (1, 0, State.BROKEN)],
)
def test_proxies_are_compared_with_the_request(settings: Any, trusted: int, came: int, expected: State) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    assert state("proxies", Seen(True, ("192.0.2.1",) * came)) == expected
    assert state("proxies") == State.OK


@pytest.mark.parametrize(
    ("https", "secure", "expected"),
    [(False, True, State.ATTENTION), (True, True, State.OK), (True, False, State.BROKEN), (True, None, State.OK)],
)
def test_tls(settings: Any, https: bool, secure: bool | None, expected: State) -> None:
    settings.HTTPS = https
    assert state("tls", None if secure is None else Seen(secure)) == expected


def test_unsafe_settings_are_named(settings: Any) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["*"]
    assert found("settings").found == "Not safe with other people's data: `DEBUG, ALLOWED_HOSTS`."


def test_a_case_that_waits_nowhere(world: World) -> None:
    assert state("every-result") == State.OK
    (task,) = tasks.waiting(world.nudity, app=world.web)
    task.delete()
    assert (state("every-result"), found("every-result").found) == (
        State.BROKEN,
        "1 case is unaccounted for (waits nowhere: 1).",
    )


def test_failed_sign_ins(world: World) -> None:
    for _ in range(4):
        audit.record(AuditAction.USER_SIGN_IN_FAILED, by="sign-in", on=world.alice, address="192.0.2.1")
    audit.record(AuditAction.USER_SIGN_IN_FAILED, by="sign-in", on=User(), unknown="abc")
    assert (state("sign-ins"), found("sign-ins").found) == (State.OK, "5 failed in the last hour.")
    audit.record(AuditAction.USER_SIGN_IN_FAILED, by="sign-in", on=world.alice, address="192.0.2.1")
    assert found("sign-ins").found == "6 failed in the last hour, on 1 account often."
    assert state("sign-ins") == State.ATTENTION


def test_a_check_that_fails_is_broken_itself(db: None) -> None:
    def fail(seen: Seen | None) -> Any:
        raise ZeroDivisionError("of ours")

    (one,) = look(checks=[Check("odd", "Odd", fail)])
    assert (one.state, one.found) == (State.BROKEN, "The check itself failed: `ZeroDivisionError: of ours`.")


def test_without_the_database_the_others_are_asked_all_the_same(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "database", lambda: "read-only")
    names = {one.name for one in look()}
    assert {"postgresql", "static-files", "redis", "tls"} <= names
    assert names.isdisjoint({"migrations", "clock", "every-result"})


def test_the_page_has_the_worst_on_top(admin: Client, well: None) -> None:
    LastTime.objects.filter(name="worker").delete()
    shown = admin.get(HEALTH).content.decode()
    assert shown.index('data-check="worker" data-state="broken"') < shown.index('data-state="attention"')
    assert shown.index('data-state="attention"') < shown.index('data-state="ok"')
    assert "<code>celery --app moderation worker</code>" in shown
    assert '<span class="chip bad" id="broken">1 broken</span>' in shown


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("carol", 403), ("erin", 403), ("dave", 200)])
def test_the_page_is_for_administrators(world: World, name: str, status: int) -> None:
    assert signed_in(getattr(world, name)).get(HEALTH).status_code == status


def test_the_page_compares_proxies_with_its_request(admin: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    shown = admin.get(HEALTH, headers={"X-Forwarded-For": "203.0.113.7, 10.0.0.1"}).content.decode()
    assert "This request names 2 addresses in" in shown


def test_the_page_speaks_chinese(admin: Client, well: None) -> None:
    shown = admin.get(HEALTH, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "数据库迁移" in shown
    assert "均已执行。" in shown


def test_how_far_older_cases_have_their_scores(world: World) -> None:
    assert found("scores").found == "Every case has its scores stored, for replays of policies."
    for _ in range(4):
        accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    backfill.again()
    FactsBackfill.objects.update(below=F("below") - 1)
    assert state("scores") == State.OK
    assert found("scores").found.startswith("25 % of the older cases")
