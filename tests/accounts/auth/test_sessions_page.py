"""Where a person is signed in, and how a stolen session ends."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.test import Client

from accounts import people
from accounts.auth import sign_in_link
from accounts.models import AuditEvent
from tests.accounts.auth.test_guesses import sign_in
from tests.accounts.test_people import is_out
from tests.world import World, person

PAGE = "/accounts/sessions/"


def browser(agent: str, at: str, email: str = "alice@example.test") -> Client:
    client = Client(headers={"User-Agent": agent})
    sign_in(client, email=email, at=at)
    return client


def test_the_page_lists_ones_own_sessions(world: World) -> None:
    laptop, phone = browser("Laptop/1.0", "192.0.2.1"), browser("Phone/2.0", "192.0.2.9")
    browser("Bobs/1.0", "192.0.2.3", email="bob@example.test")
    shown = laptop.get(PAGE).content.decode()
    assert all(text in shown for text in ("Laptop/1.0", "192.0.2.1", "Phone/2.0", "192.0.2.9", "this browser"))
    assert "Bobs/1.0" not in shown
    assert phone.get(PAGE).status_code == 200


def test_one_session_is_ended(world: World) -> None:
    laptop, phone = browser("Laptop/1.0", "192.0.2.1"), browser("Phone/2.0", "192.0.2.9")
    other = UserSession.objects.get(user_agent="Phone/2.0")
    assert laptop.post(f"{PAGE}{other.pk}/end").status_code == 302
    assert is_out(phone)
    assert not is_out(laptop)
    assert AuditEvent.objects.get(action="user.session-ended").details == {"address": "192.0.2.9"}


def test_a_strangers_session_is_not_found(world: World) -> None:
    laptop = browser("Laptop/1.0", "192.0.2.1")
    browser("Bobs/1.0", "192.0.2.3", email="bob@example.test")
    bobs = UserSession.objects.get(user_agent="Bobs/1.0")
    assert laptop.post(f"{PAGE}{bobs.pk}/end").status_code == 404


def test_a_stolen_session_ends_with_all_others(world: World) -> None:
    laptop = browser("Laptop/1.0", "192.0.2.1")
    thief = Client()
    thief.cookies = laptop.cookies.copy()  # type: ignore[assignment] # the very same session
    assert not is_out(thief)
    unlisted = Client()
    unlisted.force_login(world.alice)
    assert laptop.post(f"{PAGE}end-others").status_code == 302
    assert is_out(thief)
    assert is_out(unlisted)
    assert not is_out(laptop)
    assert "Laptop" in laptop.get(PAGE).content.decode() or UserSession.objects.filter(user=world.alice).count() == 1


def test_an_administrator_ends_them_and_nobody_else(world: World) -> None:
    laptop = browser("Laptop/1.0", "192.0.2.1")
    people.end_sessions(world.alice, by=world.dave)
    assert is_out(laptop)
    assert AuditEvent.objects.get(action="user.sessions-ended").by == world.dave
    assert not UserSession.objects.filter(user=world.alice).exists()


def test_a_link_and_its_session_are_listed(world: World) -> None:
    client = Client(headers={"User-Agent": "ByLink/1"})
    client.post(f"/accounts/link/{sign_in_link.make(world.alice, by='tests')}/")
    assert UserSession.objects.filter(user=world.alice, user_agent="ByLink/1").exists()


def test_a_person_without_sessions_is_told_so(client: Client, world: World) -> None:
    client.force_login(person("zoe"))
    assert "signed in before sessions were listed" in client.get(PAGE).content.decode()
