"""What spans of requests are called."""

from __future__ import annotations

import pytest

from moderation.runtime import request_lines


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("POST", "/api/v1/results", "POST /api/v1/results"),
        ("GET", "/review/cases/17/", r"GET /^review/cases/(?P<case_id>\d{1,18})/$"),
        ("PURGE-alice", "/healthz", "HTTP /healthz"),
        ("PURGE-alice", "/no/such/page/of/alice", "HTTP"),
    ],
)
def test_they_hold_nothing_that_a_caller_chose(method: str, path: str, told: str) -> None:
    assert request_lines._route({"REQUEST_METHOD": method, "PATH_INFO": path}) == told
