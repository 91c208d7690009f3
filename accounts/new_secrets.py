"""Show a new secret once: in the answer to the form that made it; never in a redirect, a cookie, a session or a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse


@dataclass(frozen=True, slots=True)
class NewSecret:
    """`kind` says in words what it is, `owner` whose it is: the key's, endpoint's or address's name."""

    kind: str
    owner: str
    value: str = field(repr=False)


def page(
    request: HttpRequest,
    secrets: Sequence[NewSecret],
    *,
    back: str,
    template: str = "manage/new_secrets.html",
    context: Mapping[str, Any] | None = None,
) -> TemplateResponse:
    """The page with the secrets, each to be copied; `back` is where “I have stored it” leads. Another template includes
    `components/new_secrets.html`, and the script, and gets `context` as well.
    """
    told = {**(context or {}), "secrets": secrets, "back_from_secrets": back}
    answer = TemplateResponse(request, template, told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
