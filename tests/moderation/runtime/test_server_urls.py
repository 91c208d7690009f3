"""Addresses of servers that cannot be used stop the start, and no error tells a password."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from environs import EnvError

from moderation.runtime import embedded
from moderation.runtime.server_urls import database_url, redis_url

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@db.example/x",
        "postgresql://u:p@db.example:5432/x?sslmode=require",
        "postgresql://u@%2Frun%2Fpostgresql:5432/x",
    ],
)
def test_a_database_of_postgresql_is_used_as_it_is_named(url: str) -> None:
    assert database_url(url, ours="ours") == url


@pytest.mark.parametrize(
    "url", ["redis://r", "redis://:p@r.example:6379/1", "rediss://r.example/0", "unix:///r.sock?db=0"]
)
def test_a_redis_is_used_as_it_is_named(url: str) -> None:
    assert redis_url(url, ours="ours") == url


def test_our_own_are_what_is_left_empty(tmp_path: Path) -> None:
    ours = embedded.addresses(tmp_path)
    assert database_url("", ours=ours.database_url) == database_url(ours.database_url, ours="") == ours.database_url
    assert redis_url("", ours=ours.redis_url) == redis_url(ours.redis_url, ours="") == ours.redis_url


@pytest.mark.parametrize(
    "url",
    [
        "secret",
        "mysql://u:secret@h/x",
        "sqlite:///secret.db",
        "postgres://",
        "postgresql://u:secret@h:5432/",
        "postgresql:///secret",
        "postgresql://u:secret@h:port/x",
        "postgresql://[secret/x",
    ],
)
def test_any_other_database_is_refused_in_words_that_tell_no_password(url: str) -> None:
    with pytest.raises(EnvError, match="DATABASE_URL") as refused:
        database_url(url, ours="ours")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["secret", "http://secret", "redis:/x", "redis://", "redis://h:secret/0", "unix://"])
def test_any_other_redis_is_refused_in_words_that_tell_no_password(url: str) -> None:
    with pytest.raises(EnvError, match="REDIS_URL") as refused:
        redis_url(url, ours="ours")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:p@h/x"),
        ("REDIS_URL", "http://h"),
        ("ALLOWED_HOSTS", "https://review.example"),
        ("API_PAGE", "open"),
        ("TRUSTED_PROXIES", "one"),
        ("UNDO_SECONDS", "soon"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50, name: value}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Cannot start: ")
    assert name in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_what_is_set_is_what_counts(tmp_path: Path) -> None:
    """The number of proxies reaches the library that counts failed logins; a file holds a secret; empty is unset."""
    (tmp_path / "key").write_text("from a file " * 5)
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECRET_KEY_FILE": str(tmp_path / "key"),
        "TRUSTED_PROXIES": "2",
    }
    environment.pop("SECRET_KEY", None)
    shown = (
        "from django.conf import settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT, s.SECRET_KEY[:11], s.DATABASE_URL)"
    )
    command = [sys.executable, "-c", shown]
    environment["DJANGO_SETTINGS_MODULE"] = "moderation.settings"
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split(maxsplit=1)[0] == "2"
    assert "from a file" in ended.stdout
    assert embedded.addresses(tmp_path).database_url in ended.stdout
