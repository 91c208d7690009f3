"""Refuse to be served below a path: half of our links would lead elsewhere. We need the root of a host."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def given(environ: dict[str, Any]) -> str:
    """The path prefix set by a server (SCRIPT_NAME) or a proxy (X-Forwarded-Prefix); empty at the root."""
    return str(environ.get("SCRIPT_NAME") or environ.get("HTTP_X_FORWARDED_PREFIX") or "").strip().strip("/")


def refuse(prefix: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
    told = (
        f"Second Look cannot be served below a path (/{prefix}). Give it a host name of its own, for example"
        " review.example.com, and pass requests on without a prefix. See docs/running.md.\n"
    )
    body = told.encode("utf-8", "replace")
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("501 Not Implemented", [*headers, ("X-Content-Type-Options", "nosniff")])
    return [body]
