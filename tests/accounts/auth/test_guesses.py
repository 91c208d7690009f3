"""Guessing passwords is slow, and locks out nobody whose browser is known. Counted in a real Redis."""

from __future__ import annotations

import html
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from accounts import people
from accounts.auth import guesses
from accounts.models import KnownDevice
from accounts.rate_limits import rates
from accounts.rate_limits.rates import Rate
from tests.waiting import wait_for
from tests.world import PASSWORD, World, person

LOGIN = "/accounts/login/"
TOO_MANY = "Too many wrong passwords. Try again in "
WRONG = "wrong wrong wrong"
COOKIE = configured.DEVICE_COOKIE_NAME


def sign_in(client: Client, email: str = "alice@example.test", password: str = PASSWORD, at: str = "192.0.2.1") -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=at)


def gets_in(client: Client, **how: Any) -> bool:
    got_in = bool(sign_in(client, **how).status_code == 302)
    client.post("/accounts/logout/")
    return got_in


def guess(times: int, *, at: str = "203.0.113.7", email: str = "alice@example.test") -> list[bool]:
    """A stranger guesses. Which attempts were let through to the password."""
    stranger = Client()
    return [TOO_MANY not in sign_in(stranger, email, WRONG, at).content.decode() for _ in range(times)]


def known(email: str = "alice@example.test") -> Client:
    """A browser in which somebody has signed in before."""
    browser = Client()
    assert gets_in(browser, email=email)
    return browser


def test_strangers_lock_out_nobody_whose_browser_is_known(world: World) -> None:
    browser = known()
    let_through = [guess(6, at=f"198.51.100.{n}") for n in range(20)]
    assert sum(map(sum, let_through)) == guesses.ACCOUNT.burst  # from 20 addresses at once: the whole account is slowed
    for at in ("192.0.2.1", "198.51.100.1"):  # wherever its person is today
        assert gets_in(browser, at=at)
    assert not gets_in(Client(), at="192.0.2.99")
    assert gets_in(Client(), email="bob@example.test", at="192.0.2.99")


def test_the_fiftieth_wrong_password_is_slowed_and_the_right_one_works_from_elsewhere(world: World) -> None:
    assert guess(50) == [True] * 5 + [False] * 45
    assert not gets_in(Client(), at="203.0.113.7")
    assert gets_in(Client(), at="192.0.2.9")  # a new browser, too


def test_who_hammers_uses_up_nothing_of_the_account(world: World) -> None:
    guess(120)
    left = [guess(5, at=f"198.51.100.{n}") for n in range(9)]
    assert all(map(all, left))  # 5 and 45 make 50


def test_spraying_over_many_people_is_slowed_and_known_browsers_at_that_address_are_not(world: World) -> None:
    browser = known()
    sprayed = [guess(1, email=f"person{n}@example.test")[0] for n in range(40)]
    assert sprayed == [True] * 30 + [False] * 10
    assert not gets_in(Client(), email="bob@example.test", at="203.0.113.7")
    assert gets_in(browser, at="203.0.113.7")


def test_addresses_of_one_ipv6_network_are_one(world: World) -> None:
    assert sum(sum(guess(1, at=f"2001:db8:1:2::{n:x}")) for n in range(1, 9)) == 5


@pytest.mark.parametrize(
    "spelt", ["ALICE@example.test", " alice@example.test", "Alice@Example.Test ", "aliſe@example.test"]
)
def test_an_account_is_one_however_it_is_spelt(world: World, spelt: str) -> None:
    people.add(email="alise@example.test", name="Alise", role="moderator", password=PASSWORD, by="tests")
    account = "alise@example.test" if "ſ" in spelt else "alice@example.test"
    guess(5, email=account)
    assert guess(1, email=spelt) == [False]


def test_a_known_and_an_unknown_address_read_alike(world: World) -> None:
    told = []
    for n, email in enumerate(("alice@example.test", "nobody@example.test")):
        guess(5, email=email, at=f"203.0.113.{n}")
        answer = sign_in(Client(), email, WRONG, f"203.0.113.{n}").content.decode()
        (line,) = [line for line in html.unescape(answer).splitlines() if TOO_MANY in line]
        told.append(line.strip().replace("59", "60"))
    assert told[0] == told[1]


def test_the_right_password_is_given_back(world: World) -> None:
    assert all(gets_in(Client()) for _ in range(12))
    assert guess(5, at="192.0.2.1") == [True] * 5


def test_nobody_waits_for_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "FROM_ONE_ADDRESS", Rate(2, burst=1))
    assert guess(2) == [True, False]
    wait_for(lambda: gets_in(Client(), at="203.0.113.7"), what="the wait to end")


def test_a_known_browser_is_slowed_by_its_own_guesses(world: World) -> None:
    browser = known()
    tried = [TOO_MANY not in sign_in(browser, password=WRONG).content.decode() for _ in range(12)]
    assert tried == [True] * 10 + [False] * 2
    assert gets_in(Client())  # a browser beside it is another one


@pytest.mark.parametrize("value", ["", "made-up", "made-up:signature", "a" * 5000])
def test_a_made_up_cookie_makes_no_browser_known(world: World, value: str) -> None:
    guess(5)
    stranger = Client()
    stranger.cookies[COOKIE] = value
    assert TOO_MANY in sign_in(stranger, at="203.0.113.7").content.decode()


def test_somebody_elses_browser_is_not_mine(world: World) -> None:
    browser = known("mallory@example.test")
    assert [TOO_MANY in sign_in(browser, password=WRONG).content.decode() for _ in range(6)] == [False] * 5 + [True]


def test_the_cookie_is_a_new_one_each_time_and_the_old_one_is_worth_nothing(world: World) -> None:
    browser, thief = known(), Client()
    stolen = browser.cookies[COOKIE].value
    assert gets_in(browser)
    assert browser.cookies[COOKIE].value != stolen
    guess(5)
    thief.cookies[COOKIE] = stolen
    assert TOO_MANY in sign_in(thief, password=WRONG, at="203.0.113.7").content.decode()
    cookie = browser.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert browser.cookies[COOKIE].value not in str(list(KnownDevice.objects.values()))


def test_a_browser_that_two_people_use_is_known_to_both(world: World) -> None:
    browser = known("bob@example.test")
    assert gets_in(browser)
    assert gets_in(browser, email="bob@example.test")
    guess(60, at="203.0.113.1", email="bob@example.test")
    for n in range(12):
        guess(6, at=f"198.51.100.{n}", email="bob@example.test")
    assert gets_in(browser, email="bob@example.test", at="203.0.113.1")


def test_twenty_browsers_of_a_person_are_remembered(world: World) -> None:
    first = known()
    for _ in range(20):
        known()
    assert world.alice.known_devices.count() == 20
    guess(5)
    assert not gets_in(first, at="203.0.113.7")


def test_a_password_that_somebody_else_sets_forgets_the_browsers(world: World) -> None:
    known()
    people.set_password(world.alice, PASSWORD, by=world.alice)
    assert world.alice.known_devices.count() == 1
    people.set_password(world.alice, PASSWORD, by=world.dave)
    assert world.alice.known_devices.count() == 0


@pytest.mark.django_db(transaction=True)
def test_guessing_at_once_is_no_way_around() -> None:
    person("alice")

    def let_through(_: int) -> bool:
        try:
            return not guesses.begin(HttpRequest(), email="alice@example.test", address="203.0.113.7").wait
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(let_through, range(64))) == 5


@pytest.fixture
def no_redis(settings: Any) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    yield
    rates._away.end()
    rates._full_at.clear()


def test_without_redis_each_process_counts_for_itself(world: World, no_redis: None) -> None:
    browser = known()
    assert guess(8) == [True] * 5 + [False] * 3
    assert gets_in(browser, at="203.0.113.7")
    assert all(gets_in(Client()) for _ in range(8))
