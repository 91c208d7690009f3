"""NUL, which PostgreSQL neither stores nor finds, in the address and in the fields of any page: 400, never 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from review.urls import urlpatterns as pages
from review.urls.manage import urlpatterns as manage
from tests.world import World

PARAMETERS = ("app", "q", "label", "edit", "open", "person", "state", "cursor", "appId", "queue", "add", "days", "page")
FIELDS = (
    "name",
    "label",
    "text",
    "note",
    "email",
    "q",
    "url",
    "query",
    "title",
    "slug",
    "app_id",
    "risk_label1",
    "act",
)


def paths() -> list[str]:
    """Of every page without a number in its address."""
    found = [(one, "/") for one in pages if isinstance(one, URLPattern)] + [(one, "/manage/") for one in manage]
    return [f"{start}{one.pattern}" for one, start in found if "<" not in str(one.pattern)]


@pytest.mark.parametrize("path", paths())
def test_nul_in_any_parameter_is_refused_with_words(admin: Client, world: World, path: str) -> None:
    for name in PARAMETERS:
        answer = admin.get(f"{path}?{name}=%00")
        assert answer.status_code == 400, name
        assert "This address cannot be read" in answer.content.decode()


@pytest.mark.parametrize("path", paths())
def test_nul_in_any_field_breaks_nothing(admin: Client, world: World, path: str) -> None:
    sent: dict[str, Any] = {name: f"a\0{name}" for name in FIELDS}
    assert admin.post(path, sent).status_code < 500
