"""A client that holds every answer of the stage's calls against the OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

CALLS = "/review/api/"


class Described(Client):
    """Fails where the document does not tell an answer: its status, its media type, its shape."""

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        method = request["REQUEST_METHOD"].lower()
        if request["PATH_INFO"].startswith(CALLS) and method in ("get", "post"):
            check(request["PATH_INFO"], method, answer)
        return answer


def check(path: str, method: str, answer: Any) -> None:
    operation = document()["paths"].get(path, {}).get(method)
    if operation is None:  # no such call: who may ask learns so, everybody else nothing
        assert answer.status_code in (401, 403, 404, 405), f"{method} {path} answers and is not described"
        return
    told = operation["responses"].get(str(answer.status_code))
    assert told, f"{method} {path} answers {answer.status_code}, which is not described"
    if not answer.content:
        assert "content" not in told, f"{method} {path} answers {answer.status_code} without a body"
        return
    assert list(told["content"]) == [answer["Content-Type"]]
    shape(path, method, answer.status_code, answer["Content-Type"]).validate(answer.json())


@cache
def document() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


@cache
def shape(path: str, method: str, status: int, media_type: str) -> Any:
    content = document()["paths"][path][method]["responses"][str(status)]["content"]
    return Draft202012Validator(content[media_type]["schema"] | {"components": document()["components"]})
