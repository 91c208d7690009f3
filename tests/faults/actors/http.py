"""Calls to the product as strangers make them: keep-alive, a time limit, cookies. A run makes thousands of them."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 12.0


class NoAnswer(Exception):
    """No whole answer came: what was asked for may have been done, or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else {}


class Caller:
    """One connection to one server, opened anew after each failure."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._host = urlsplit(url).netloc
        self._timeout = timeout
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._call("GET", path, None, {})

    def post(self, path: str, body: Any) -> Answer:
        return self._call("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def post_form(self, path: str, fields: dict[str, str]) -> Answer:
        how = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", path, urlencode(fields).encode(), how)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _call(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=self._timeout)
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        try:
            self._connection.request(
                method, path, body, {**self.headers, **headers, **(cookies if self.cookies else {})}
            )
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        self._keep_cookies(answer.headers.get_all("Set-Cookie") or [])
        return Answer(answer.status, content)

    def _keep_cookies(self, told: list[str]) -> None:
        for cookie in told:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
