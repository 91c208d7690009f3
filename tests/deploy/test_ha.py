"""The configurations of deploy/ha are what their programs read, and the try-out says what it lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.processes import ROOT

TRY = ROOT / "deploy" / "ha" / "try"
HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(TRY))
    import places

    monkeypatch.setattr(places, "STATE", tmp_path)
    for node in places.ADDRESSES:
        (tmp_path / node).mkdir()
    return places


@pytest.mark.parametrize(
    "name", ["patroni.yml", "haproxy.cfg", "pgbouncer.ini", "redis.conf", "sentinel.conf", "roles.sql"]
)
def test_nothing_is_left_to_fill_in(places: ModuleType, name: str) -> None:
    written = places.render(name, "db2").read_text()
    assert "$" not in written
    assert places.ADDRESSES["db2"] in written or name == "roles.sql"


def test_patroni_keeps_what_was_acknowledged_on_two_hosts(places: ModuleType) -> None:
    told = yaml.safe_load(places.render("patroni.yml", "db1").read_text())
    dcs = told["bootstrap"]["dcs"]
    assert dcs["synchronous_mode"] is True
    assert dcs["loop_wait"] + 2 * dcs["retry_timeout"] <= dcs["ttl"]
    assert told["postgresql"]["connect_address"] == "10.77.0.11:5432"


@pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed (docs/testing.md)")
def test_haproxy_reads_its_configuration(places: ModuleType) -> None:
    written = places.render("haproxy.cfg", "proxy")
    checked = subprocess.run([str(HAPROXY), "-c", "-f", str(written)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in checked.stderr.lower()


def test_the_limits_are_those_that_we_set_ourselves(places: ModuleType) -> None:
    from moderation.runtime.database_options import SESSION_LIMITS

    in_roles = re.findall(r"SET (\w+) = '(\w+)'", places.render("roles.sql", "db1").read_text())
    assert in_roles == re.findall(r"-c (\w+)=(\w+)", SESSION_LIMITS)


def test_who_may_not_is_told_why(places: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import cluster

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(places.CannotTry, match="needs root"):
        cluster.check_machine()


def test_what_is_not_installed_is_named(places: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import cluster

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(cluster, "NEEDED", {"no-such-program": "its-package"})
    with pytest.raises(places.CannotTry, match="its-package"):
        cluster.check_machine()


def test_an_outage_is_measured_from_the_fault_to_the_next_write(places: ModuleType) -> None:
    import figures

    steady = [0.5 * number for number in range(-10, 1)]
    assert figures._outage([*steady, 0.2, 19.5, 20.0, 20.5], at=0.1, until=30.0) == pytest.approx(19.3)
    assert figures._outage([-0.5, 0.0, 19.5], at=0.1, until=30.0) == pytest.approx(19.4), "from the fault on"
    assert figures._outage([*steady, 0.2], at=0.1, until=30.0) == float("inf"), "no write came any more"
    assert figures._longest_gap([*steady, 3.0, 3.5], at=0.1, until=30.0) == pytest.approx(3.0)
