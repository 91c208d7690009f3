"""What is fine on one's own machine stops the start beside somebody else's database, unless it is accepted by name."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from environs import EnvError

from moderation.runtime.insecure_settings import NAMES, Given, insecure, refuse_insecure
from tests.test_manage import ELSEWHERE, STRONG_KEY, manage

SAFE: dict[str, Any] = {
    "secret_key": STRONG_KEY,
    "debug": False,
    "allowed_hosts": ["review.example", ".example.com"],
    "https": True,
    "networks": [ip_network("10.1.0.0/16")],
}


def test_what_is_safe_passes() -> None:
    assert insecure(Given(**SAFE)) == {}


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("secret_key", "abc", "SECRET_KEY"),
        ("secret_key", "x" * 60, "SECRET_KEY"),
        ("secret_key", "secret" * 10, "SECRET_KEY"),
        ("secret_key", "django-insecure-" + STRONG_KEY, "SECRET_KEY"),
        ("debug", True, "DEBUG"),
        ("allowed_hosts", ["review.example", "*"], "ALLOWED_HOSTS"),
        ("https", False, "HTTPS"),
        ("networks", [ip_network("0.0.0.0/0")], "OUTBOUND_ALLOWED_NETWORKS"),
        ("networks", [ip_network("::/0")], "OUTBOUND_ALLOWED_NETWORKS"),
    ],
)
def test_each_weakness_is_named_alone(field: str, value: Any, name: str) -> None:
    given = Given(**SAFE | {field: value})
    assert list(insecure(given)) == [name]
    with pytest.raises(EnvError, match=f"{name}.*INSECURE_OK={name}$"):
        refuse_insecure(given, accepted=[], foreign_database=True)
    refuse_insecure(given, accepted=[name], foreign_database=True)
    refuse_insecure(given, accepted=[], foreign_database=False)


def test_a_name_that_cannot_be_accepted_is_refused_wherever_the_database_is() -> None:
    for foreign in (True, False):
        with pytest.raises(EnvError, match=f"INSECURE_OK: yes cannot be accepted. Give some of {', '.join(NAMES)}"):
            refuse_insecure(Given(**SAFE), accepted=["yes"], foreign_database=foreign)


def test_all_weaknesses_are_told_at_once_and_the_sentence_says_how_to_accept_them(tmp_path: Path) -> None:
    weak = {"DATABASE_URL": ELSEWHERE, "SECRET_KEY": "abc", "DEBUG": "1", "ALLOWED_HOSTS": "*", "HTTPS": "false"}
    ended = manage("check", data_dir=tmp_path, **weak)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    accepted = "INSECURE_OK=SECRET_KEY,DEBUG,ALLOWED_HOSTS,HTTPS"
    assert ended.stderr.rstrip().endswith(accepted)
    told = manage("check", data_dir=tmp_path, **weak, INSECURE_OK=accepted.partition("=")[2])
    assert (told.returncode, told.stderr) == (0, "")


def test_beside_our_own_database_nothing_is_judged(tmp_path: Path) -> None:
    ended = manage("check", data_dir=tmp_path, SECRET_KEY="abc", DEBUG="1", ALLOWED_HOSTS="*", HTTPS="0")
    assert (ended.returncode, ended.stderr) == (0, "")
