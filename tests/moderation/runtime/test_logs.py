"""What log lines leave out, and how the web server writes its own."""

from __future__ import annotations

import json
import logging
import logging.config
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from moderation.runtime import logs
from moderation.runtime.logs import JsonLines, TextLines

SECRETS = {"token", "secret", "key"}  # arguments of addresses that let in whoever has them
VALUE = "MTIz-cafe_BABE:1tQ-x"


def addresses(resolver: Any, stem: str = "/") -> Iterator[str]:
    """Every address of the product that holds a secret, with one in it."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, stem + str(pattern.pattern))
        elif SECRETS & set(pattern.pattern.regex.groupindex):
            yield stem + _filled(str(pattern.pattern))


def _filled(pattern: str) -> str:
    plain = re.sub(r"<(?:str|slug|path):\w+>|\(\?P<\w+>[^)]*\)", VALUE, pattern)
    return plain.removeprefix("^").removesuffix("$")


def test_they_are_found() -> None:
    stems = {address.partition(VALUE)[0] for address in addresses(get_resolver())}
    known = {"/callbacks/", "/accounts/link/", "/accounts/invitation/", "/accounts/password/reset/key/"}
    assert stems == known


@pytest.mark.parametrize("line", ["Internal Server Error: %s", 'GET "https://h/under%s?x=1" 500', "{'path': '%s'}"])
def test_no_line_shows_the_secret_of_an_address(line: str) -> None:
    for address in addresses(get_resolver()):
        record = logging.LogRecord("x", logging.ERROR, "", 0, line, (address,), None)
        for formatter in (TextLines(), JsonLines()):
            written = formatter.format(record)
            assert not re.search("cafe|MTIz", written), written
            assert f"{address.partition(VALUE)[0]}[secret]" in written


@pytest.mark.parametrize(("log_format", "is_json"), [("json", True), ("text", False), ("", False)])
def test_the_web_servers_own_lines_are_as_log_format_says(
    monkeypatch: pytest.MonkeyPatch, log_format: str, is_json: bool
) -> None:
    monkeypatch.setenv("LOG_FORMAT", log_format)
    config = json.loads(Path(logs.__file__).with_name("server_logs.json").read_text())
    (formatter,) = [
        logging.config.DictConfigurator(config).configure_formatter(one) for one in config["formatters"].values()
    ]
    record = logging.LogRecord("_granian", logging.INFO, "", 0, "Listening at %s", ("http://h",), None)
    written = formatter.format(record)
    assert "Listening at http://h" in written
    assert (json.loads(written)["message"] == "Listening at http://h") if is_json else not written.startswith("{")
