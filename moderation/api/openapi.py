"""Hooks for the OpenAPI document: common errors as problem documents, and URLs with a view per method."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings

from moderation.api import examples, problems

CALLS, CALLBACKS = "/api/v1/", "/callbacks/"
_ALWAYS = {
    401: "No live access key in the Authorization header.",
    403: "The key lacks the scope of this call, or is not for this app.",
    422: "Fields or parameters are missing or wrong; `errors` points at each.",
    429: "The key calls more often than it may. A batch counts as one call.",
    503: "The database does not answer; nothing was written. Send the call again.",
}
_WITH_BODY = {
    400: "The body is not JSON that can be kept; `errors` says where.",
    413: "A result may have 16 MiB, a batch 64 MiB.",
    415: "Send application/json, not compressed.",
}
_WITH_PATH = {404: "Nothing of this id is known to this key."}
_OF_CALLBACKS = {
    404: "Nobody has this address.",
    413: "A body may have 16 MiB.",
    415: "Send the body as it is, not compressed.",
    429: "More comes here than may. Send it again later.",
    503: "The database does not answer; nothing was written. Send it again.",
}
_OF_THE_GATEWAY = {503: "The database or the picture store does not answer; nothing is acknowledged. Send it again."}
_RETRIED = frozenset({429, 503})


def every_method(endpoints: list[Any]) -> list[Any]:
    """Preprocessing hook: a URL with several views (by_method) becomes one endpoint for each of them."""
    return [
        (path, regex, verb, view)
        for path, regex, method, callback in endpoints
        for verb, view in _views(method, callback)
    ]


def _views(method: str, callback: Any) -> list[tuple[str, Any]]:
    views = getattr(callback, "views", None)
    return [(method, callback)] if views is None else [(method, views[method])]


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: add the problems that every call of the backends' API can return."""
    result["components"].setdefault("schemas", {})["Problem"] = examples.PROBLEM
    for path, operations in result["paths"].items():
        if path.startswith(CALLS):
            for operation in operations.values():
                describe(operation, _always(operation, path))
        elif path.startswith(CALLBACKS):
            for operation in operations.values():
                describe(operation, _OF_CALLBACKS)
        elif path in settings.MACHINE_PATHS:
            for operation in operations.values():
                describe(operation, _OF_THE_GATEWAY)
    return result


def _always(operation: dict[str, Any], path: str) -> dict[int, str]:
    return _ALWAYS | (_WITH_BODY if "requestBody" in operation else {}) | (_WITH_PATH if "{" in path else {})


def describe(operation: dict[str, Any], said: dict[int, str]) -> None:
    """Add these statuses and descriptions to the problems that an operation can return."""
    answers = operation["responses"]
    for status, words in said.items():
        words = answers.get(str(status), {}).get("description") or words
        answers[str(status)] = _problem(status, words)
    for status in [status for status in answers if int(status) >= 400 and int(status) not in said]:
        answers[status] = _problem(int(status), answers[status].get("description", ""))
    operation["responses"] = dict(sorted(answers.items()))


def _problem(status: int, words: str) -> dict[str, Any]:
    shown = problems.document(status, words)
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    told: dict[str, Any] = {
        "description": words or HTTPStatus(status).phrase,
        "content": {problems.CONTENT_TYPE: shape},
    }
    if status in _RETRIED:
        told["headers"] = {"Retry-After": {"description": "In so many seconds.", "schema": {"type": "integer"}}}
    return told
