"""How often a key may call, with Redis, without it, and with one that has stopped answering."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import access_keys
from accounts.models import AccessKey, AuditEvent
from accounts.rate_limits import rates
from accounts.rate_limits.rates import Rate, take
from moderation.callbacks import addresses
from moderation.models import Case
from moderation.runtime import embedded
from tests.factories import bodies
from tests.moderation.api.calls import get, post
from tests.waiting import PATIENCE_SECONDS
from tests.world import World

SLOWLY = 0.01  # one call in 100 s, so that no slow machine lets a further one through
NOBODY = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def redis_is_thought_well() -> Iterator[None]:
    rates._away.end()
    yield
    rates._away.end()


def bearer(**rate: Any) -> dict[str, str]:
    _, key = access_keys.issue(name="k", app=None, scopes=["ingest", "read"], by="tests", **rate)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(params=["redis", "no redis"])
def either_way(request: Any, settings: Any) -> None:
    if request.param == "no redis":
        settings.REDIS_URL = NOBODY


@pytest.mark.usefixtures("either_way")
def test_a_burst_goes_through_and_then_the_rate_holds() -> None:
    caller, rate = str(uuid4()), Rate(0.5, 3)
    waits = [take(caller, rate) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(1.5 < wait <= 2 for wait in waits[3:])  # what is refused is not counted


@pytest.mark.usefixtures("either_way")
def test_who_waits_as_told_may_call_again_once() -> None:
    caller, rate = str(uuid4()), Rate(5, 1)
    assert take(caller, rate) == 0
    time.sleep(take(caller, rate) + 0.002)
    assert take(caller, rate) == 0
    assert take(caller, rate) > 0


@pytest.mark.usefixtures("either_way")
def test_in_the_long_run_it_is_the_rate() -> None:
    """Counted from the moment the burst is used up; it can be saved again meanwhile, so that a pause loses nothing."""
    caller, rate, let_through = str(uuid4()), Rate(200, 200), 0
    while take(caller, rate) == 0:
        pass
    started = time.monotonic()
    while (took := time.monotonic() - started) < 1:
        let_through += take(caller, rate) == 0
    assert 200 * took - 20 <= let_through <= 200 * took + 12


@pytest.mark.usefixtures("either_way")
def test_each_caller_has_a_bucket_of_its_own() -> None:
    rate = Rate(SLOWLY, 1)
    assert [take(str(uuid4()), rate) for _ in range(3)] == [0, 0, 0]


COUNT = """
import sys, time, django; django.setup()
from accounts.rate_limits.rates import Rate, take
print(sum(take(sys.argv[1], Rate(0.01, 60)) == 0 for _ in range(50)))
"""


def test_several_processes_count_together(settings: Any) -> None:
    environment = {**os.environ, "REDIS_URL": settings.REDIS_URL, "DJANGO_SETTINGS_MODULE": "moderation.settings"}
    argv = [sys.executable, "-c", COUNT, str(uuid4())]
    running = [subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(process.communicate(timeout=PATIENCE_SECONDS)[0]) for process in running) == 60


COUNT_FAST = """
import sys, time, django; django.setup()
from accounts.rate_limits.rates import Rate, take
began, rate = time.time(), Rate(2000, 100)
print(began, sum(take(sys.argv[1], rate) == 0 for _ in range(20_000)), time.time())
"""


def test_processes_that_take_a_handful_at_once_keep_to_the_rate_together(settings: Any) -> None:
    environment = {**os.environ, "REDIS_URL": settings.REDIS_URL, "DJANGO_SETTINGS_MODULE": "moderation.settings"}
    argv = [sys.executable, "-c", COUNT_FAST, str(uuid4())]
    running = [subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [tuple(map(float, process.communicate(timeout=PATIENCE_SECONDS)[0].split())) for process in running]
    began, through, ended = zip(*told, strict=True)
    most = 100 + 2000 * (max(ended) - min(began)) + 3 * 40
    assert 100 <= sum(through) <= min(most, 60_000 - 1), (
        "some were refused, and no more let through than the rate gives"
    )


def test_a_process_by_itself_does_not_remember_everybody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = NOBODY
    monkeypatch.setattr(rates, "MOST_REMEMBERED", 10)
    for number in range(200):
        take(f"{number}", Rate(1_000_000, 1))
        time.sleep(0.0001)
    assert len(rates._full_at) < 30


@pytest.fixture
def stopped_redis(tmp_path: Path) -> Iterator[str]:
    """A Redis that takes connections and says nothing more."""
    with embedded.running(tmp_path, postgres=False, redis=True) as found:
        (server,) = [
            one
            for one in psutil.Process().children()
            if one.name().startswith(("redis", "valkey")) and runs_in(one, tmp_path)
        ]
        server.send_signal(signal.SIGSTOP)
        try:
            yield found.redis_url
        finally:
            server.send_signal(signal.SIGCONT)


def runs_in(process: psutil.Process, folder: Path) -> bool:
    return str(folder) in " ".join(process.cmdline()) + process.cwd()


def test_a_redis_that_stopped_costs_one_call_a_moment_and_the_next_ones_nothing(
    client: Client, world: World, settings: Any, stopped_redis: str
) -> None:
    settings.REDIS_URL = stopped_redis
    took = []
    for _ in range(5):
        body, started = bodies.envelope(), time.monotonic()
        waited = take("somebody", Rate(100, 100))
        took.append(time.monotonic() - started)
        assert waited == 0
        assert post(client, body, world.bearer).status_code == 201
    assert took[0] >= rates.REDIS_SECONDS, "it was not waited for, so nothing was seen"
    assert sorted(took[1:])[1] < rates.REDIS_SECONDS  # a busy machine may slow one or two of the four


def test_redis_is_asked_again_when_it_is_back(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    well, caller, rate = settings.REDIS_URL, str(uuid4()), Rate(SLOWLY, 1)
    monkeypatch.setattr(rates, "AWAY_SECONDS", 0.2)
    assert take(caller, rate) == 0
    settings.REDIS_URL = NOBODY
    assert take(caller, rate) == 0  # this process has not counted the first one
    settings.REDIS_URL = well
    rates._full_at.clear()
    assert take(caller, rate) == 0
    time.sleep(0.25)
    assert take(caller, rate) > 0


@pytest.mark.usefixtures("either_way")
def test_a_call_above_the_rate_is_a_429_that_says_when_to_come_back(client: Client, world: World) -> None:
    headers = bearer(rate_per_second=SLOWLY, burst=2)
    assert [post(client, bodies.envelope(), headers).status_code for _ in range(2)] == [201, 201]
    refused = post(client, bodies.envelope(), headers)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 95 <= int(refused["Retry-After"]) <= 100
    assert refused.json()["status"] == 429
    assert "2 at once" in refused.json()["detail"]
    assert get(client, "r1", headers).status_code == 429  # one bucket for all that a key calls
    assert Case.objects.count() == 2
    assert post(client, bodies.envelope(), world.bearer).status_code == 201


def test_a_key_without_a_rate_has_the_installations(client: Client, world: World, settings: Any) -> None:
    settings.INGEST_RATE = SLOWLY
    headers = bearer()
    assert [post(client, bodies.envelope(), headers).status_code for _ in range(2)] == [201, 429]


def test_a_callback_address_has_the_installations_rate(client: Client, world: World, settings: Any) -> None:
    settings.INGEST_RATE = SLOWLY
    _, secret = addresses.create(name="theirs", app=world.web, by="tests")
    sent = [client.post(f"/callbacks/{secret}", bodies.result(), content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 429]
    assert int(sent[1]["Retry-After"]) > 90


def test_the_body_of_a_refused_call_is_not_read(client: Client, world: World) -> None:
    headers = bearer(rate_per_second=SLOWLY, burst=1)
    assert post(client, "not json", headers).status_code == 400
    assert post(client, "not json", headers).status_code == 429


@pytest.mark.parametrize(
    "wrong", [{"rate_per_second": 0}, {"rate_per_second": -1}, {"rate_per_second": float("nan")}, {"burst": 0}]
)
def test_a_rate_that_is_none_is_refused(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a burst at least 1"):
        access_keys.issue(name="k", app=None, scopes=["read"], by=world.dave, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessKey.objects.filter(pk=world.key.pk).update(**wrong)


def test_the_command_takes_a_rate(client: Client, world: World) -> None:
    printed = StringIO()
    call_command("create_access_key", "--app=all", "--scope=read", f"--rate={SLOWLY}", "--burst=1", stdout=printed)
    headers = {"Authorization": f"Bearer {printed.getvalue().strip()}"}
    assert [get(client, "r1", headers).status_code for _ in range(2)] == [404, 429]
    with pytest.raises(CommandError, match="a burst at least 1"):
        call_command("create_access_key", "--app=all", "--scope=read", "--rate=0")


def test_an_administrator_gives_a_key_its_rate(admin: Client, world: World) -> None:
    form = {"name": "slow", "app": "", "scopes": ["read"], "rate_per_second": "2.5", "burst": "4"}
    assert "slow" in admin.post("/manage/apps/keys/new/", form).content.decode()
    made = AccessKey.objects.get(name="slow")
    assert (made.rate_per_second, made.burst) == (2.5, 4)
    assert AuditEvent.objects.get(action="key.issued", on_id=str(made.pk)).details["rate_per_second"] == 2.5
    again = admin.post("/manage/apps/keys/new/", form | {"name": "never", "rate_per_second": "0"})
    assert again.status_code == 422
    assert not AccessKey.objects.filter(name="never").exists()
