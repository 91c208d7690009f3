"""Django's admin: not there, unless it is switched on; then administrators look at tables, and nobody changes one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, path, reverse

from accounts.admin_site import PACKAGES, read_only_site
from accounts.models import AuditEvent, User
from moderation import urls
from tests.pages import inline_code
from tests.world import PASSWORD, World

SITE = read_only_site()


def addresses(patterns: Iterable[Any], stem: str = "/admin/") -> Iterator[str]:
    """One address for every pattern of the site, with 1 where it asks for a number or a name."""
    for pattern in patterns:
        route = re.sub(r"<[^>]+>", "1", str(pattern.pattern))
        route = "review/" if route.startswith("^(?P1") else route
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, stem + route)
        elif isinstance(pattern, URLPattern):
            yield stem + route.replace("(?P1.*)$", "nothing-here")


ADDRESSES = sorted(set(addresses(SITE.get_urls())))


@pytest.fixture
def switched_on(settings: Any) -> ModuleType:
    module = ModuleType("urls_with_the_admin")
    module.urlpatterns = [path("admin/", SITE.urls), *urls.urlpatterns]  # type: ignore[attr-defined] # made here
    settings.ROOT_URLCONF = module
    return module


@pytest.fixture
def with_bare_refusals(switched_on: ModuleType) -> None:
    """The page of a refusal is tested elsewhere, and drawing it is most of the time of a refused request."""
    switched_on.handler403 = lambda request, exception: HttpResponse(status=403)  # type: ignore[attr-defined]


def test_it_is_not_there(admin: Client) -> None:
    assert admin.get("/admin/").status_code == 404
    assert admin.get("/admin/accounts/user/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")


def test_every_table_of_ours_is_in_it(switched_on: ModuleType) -> None:
    ours = {model for package in PACKAGES for model in apps.get_app_config(package).get_models()}
    with_two_columns_as_key = {"LabelScore", "ErasedCase"}
    assert {model.__name__ for model in ours - set(SITE._registry)} == with_two_columns_as_key
    assert len(ADDRESSES) > 100


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_everybody_but_administrators_is_refused_everywhere(
    client: Client, world: World, with_bare_refusals: None, name: str
) -> None:
    client.force_login(getattr(world, name))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_timeout = 0")  # some hundred requests in one transaction
    for address in ADDRESSES:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == (302 if address == "/admin/login/" else 403), address


def test_a_visitor_is_sent_to_our_login_page(client: Client, world: World, switched_on: ModuleType) -> None:
    for address in ADDRESSES[:20]:
        wanted = "/admin/" if address == "/admin/login/" else f"/accounts/login/?next={address}"
        assert client.get(address)["Location"] == wanted


def test_nobody_changes_anything_in_it(admin: Client, world: World, switched_on: ModuleType) -> None:
    before, events = list(User.objects.values()), AuditEvent.objects.count()
    for model in SITE._registry:
        stem = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.first()
        pages = [f"{stem}add/", *([f"{stem}{row.pk}/delete/"] if row else [])]
        assert {admin.get(page).status_code for page in pages} == {403}, model
        assert {admin.post(page, {"post": "yes"}).status_code for page in pages} == {403}, model
        if row:
            assert admin.post(f"{stem}{row.pk}/change/", {"name": "x", "role": "lead"}).status_code == 403, model
            admin.post(stem, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert (list(User.objects.values()), AuditEvent.objects.count()) == (before, events)


def test_every_table_and_row_is_read_without_a_secret_and_inline_code(
    admin: Client, world: World, switched_on: ModuleType
) -> None:
    hashed = world.alice.password
    for model in SITE._registry:
        stem = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.first()
        for page in [stem, *([f"{stem}{row.pk}/change/"] if row else [])]:
            answer = admin.get(page)
            assert answer.status_code == 200, page
            shown = answer.content.decode()
            assert inline_code(shown) == [], page
            for secret in (hashed, PASSWORD, world.key.key_sha256):
                assert secret not in shown, page
