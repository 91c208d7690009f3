"""Who gets into Django's admin, and what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts.admin_site import site
from accounts.models import AuditEvent
from tests.pages import inline_code
from tests.world import World

SHOWN = ["accounts/user/", "accounts/app/", "accounts/accesskey/", "accounts/auditevent/"]
SHOWN += ["moderation/callbackaddress/", "moderation/endpoint/", "review/queue/"]


def addresses(patterns: Iterable[Any], stem: str = "/admin/") -> Iterator[str]:
    """One address for every pattern of the admin site, with 1 where it asks for a number or a name."""
    for pattern in patterns:
        route = re.sub(r"<[^>]+>", "1", str(pattern.pattern))
        if route.startswith("^(?P1"):
            route = "review/"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, stem + route)
        elif isinstance(pattern, URLPattern):
            yield stem + route.replace("(?P1.*)$", "nothing-here")


ADDRESSES = sorted(set(addresses(site.get_urls())))


def test_the_list_of_addresses_is_whole() -> None:
    assert len(ADDRESSES) > 35
    assert not [address for address in ADDRESSES if set("^(<?$") & set(address)]
    for part in SHOWN:
        assert {f"/admin/{part}", f"/admin/{part}add/", f"/admin/{part}1/change/"} <= set(ADDRESSES)


AUDIT = ("/admin/", "/admin/accounts/", "/admin/accounts/auditevent/", "/admin/accounts/auditevent/1/change/")


def test_everybody_but_administrators_is_refused_everywhere(client: Client, world: World) -> None:
    before = AuditEvent.objects.count()
    for person in (world.alice, world.bob, world.carol, world.erin, world.mallory):
        client.force_login(person)
        for address in ADDRESSES if person != world.erin else set(ADDRESSES) - set(AUDIT):
            for answer in (client.get(address), client.post(address)):
                expected = 302 if address == "/admin/login/" else 403
                assert answer.status_code == expected, f"{person} {address}"
    assert AuditEvent.objects.count() == before


def test_an_auditor_reads_the_audit_and_changes_nothing(client: Client, world: World) -> None:
    client.force_login(world.erin)
    event = AuditEvent.objects.latest("pk")
    page = f"/admin/accounts/auditevent/{event.pk}/change/"
    assert "queue.reasons-set" in client.get("/admin/accounts/auditevent/").content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, {"action": "x"}).status_code == 403
    for stem in ("/admin/", "/admin/accounts/"):
        links = set(re.findall(r'href="(/admin/[^"?]+)"', client.get(stem).content.decode()))
        assert links <= {stem, "/admin/accounts/", "/admin/accounts/auditevent/"}
    assert 'href="/manage/audit/"' in client.get("/").content.decode()


def test_a_visitor_is_sent_to_our_login_page(client: Client, world: World) -> None:
    for address in ADDRESSES:
        for answer in (client.get(address), client.post(address)):
            wanted = "/admin/" if address == "/admin/login/" else f"/accounts/login/?next={address}"
            assert (answer.status_code, answer["Location"]) == (302, wanted)


def test_the_refusal_says_what_to_do(client: Client, world: World) -> None:
    client.force_login(world.alice)
    assert "Administration is for administrators" in client.get("/admin/").content.decode()


def test_an_administrator_sees_every_page_and_no_page_needs_inline_code(admin: Client, world: World) -> None:
    pages = ["", *SHOWN, *(f"{part}add/" for part in SHOWN if "audit" not in part), "accounts/"]
    pages += [f"accounts/user/{world.alice.pk}/change/", f"accounts/app/{world.web.pk}/change/"]
    pages += [f"accounts/accesskey/{world.key.pk}/change/", f"review/queue/{world.nudity.pk}/change/"]
    pages += [f"accounts/auditevent/{AuditEvent.objects.latest('pk').pk}/change/"]
    for page in pages:
        answer = admin.get(f"/admin/{page}")
        assert answer.status_code == 200, page
        assert "Second Look" in answer.content.decode()
        assert inline_code(answer.content.decode()) == [], page
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_only_what_has_verbs_is_managed() -> None:
    assert {model.__name__ for model in site._registry} == {
        *("User", "App", "AccessKey", "AuditEvent", "CallbackAddress", "Endpoint", "Queue")
    }
    assert [name for name, _ in site.actions] == []


@pytest.mark.parametrize("part", ["accounts/user", "accounts/app", "accounts/accesskey", "review/queue"])
def test_nothing_is_deleted_here(admin: Client, world: World, part: str) -> None:
    row = {"user": world.mallory, "app": world.web, "accesskey": world.key, "queue": world.nudity}[part.split("/")[1]]
    assert admin.get(f"/admin/{part}/{row.pk}/delete/").status_code == 403
    assert admin.post(f"/admin/{part}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    admin.post(f"/admin/{part}/", chosen)
    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_signing_out_and_passwords_are_ours(admin: Client) -> None:
    assert admin.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert admin.post("/admin/logout/")["Location"] == "/accounts/login/"
    assert admin.get("/admin/").status_code == 302
