"""Adding people, changing what they may do, and signing them out."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import people
from accounts.models import AuditEvent, User
from accounts.people import LastAdministrator
from accounts.permissions import NotAllowed
from accounts.roles import Role
from tests.world import PASSWORD, World, person


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    assert client.get("/").status_code == 200
    return client


def is_out(client: Client) -> bool:
    answer = client.get("/")
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_an_address_is_one_persons_whatever_its_case(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        people.add(email="ALICE@example.test", name="Other", role="moderator", password=None, by=world.dave)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Alice@Example.test", name="Other")


def test_a_change_tells_what_was_and_what_is(world: World) -> None:
    people.change(world.alice, by=world.dave, name="Alicia", role=Role.LEAD, is_active=True)
    event = AuditEvent.objects.get(action="user.changed")
    assert (event.by, event.on_id) == (world.dave, str(world.alice.pk))
    assert event.details == {
        "before": {"name": "Alice", "role": "moderator", "is_active": True},
        "name": "Alicia",
        "role": "lead",
        "is_active": True,
    }


@pytest.mark.parametrize(("role", "is_active"), [("lead", True), ("moderator", False)])
def test_a_changed_role_or_access_ends_every_session(world: World, role: str, is_active: bool) -> None:
    stage, other = signed_in(world.alice), signed_in(world.bob)
    people.change(world.alice, by=world.dave, name="Alice", role=role, is_active=is_active)
    assert is_out(stage)
    assert other.get("/").status_code == 200


def test_a_new_name_keeps_the_sessions(world: World) -> None:
    stage = signed_in(world.alice)
    people.change(world.alice, by=world.dave, name="Alicia", role="moderator", is_active=True)
    assert stage.get("/").status_code == 200


def test_a_password_set_ends_every_session(world: World) -> None:
    stage = signed_in(world.alice)
    people.set_password(world.alice, "another long battery", by=world.dave)
    assert is_out(stage)


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_change_people(world: World, name: str) -> None:
    by = getattr(world, name)
    with pytest.raises(NotAllowed):
        people.add(email="new@example.test", name="New", role="administrator", password=None, by=by)
    with pytest.raises(NotAllowed):
        people.change(by, by=by, name="Me", role=Role.ADMINISTRATOR, is_active=True)
    with pytest.raises(NotAllowed):
        people.set_password(world.dave, PASSWORD, by=by)
    people.set_password(by, "my own long password", by=by)


def test_a_deactivated_administrator_changes_nobody(world: World) -> None:
    zoe = person("zoe", Role.ADMINISTRATOR)
    people.change(zoe, by=world.dave, name="Zoe", role=Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(NotAllowed):
        people.set_password(world.alice, PASSWORD, by=zoe)


@pytest.mark.parametrize(("role", "is_active"), [("lead", True), ("administrator", False)])
def test_somebody_always_administers(world: World, role: str, is_active: bool) -> None:
    with pytest.raises(LastAdministrator, match="Make someone else administrator first"):
        people.change(world.dave, by=world.dave, name="Dave", role=role, is_active=is_active)
    world.dave.refresh_from_db()
    assert (world.dave.role, world.dave.is_active) == ("administrator", True)
    zoe = person("zoe", Role.ADMINISTRATOR)
    people.change(world.dave, by=zoe, name="Dave", role=role, is_active=is_active)


def test_others_can_be_changed_where_nobody_administers_yet(db: None) -> None:
    alice = person("alice")
    people.change(alice, by="command line", name="Alice", role=Role.LEAD, is_active=True)
    assert alice.role == "lead"


@pytest.mark.django_db(transaction=True)
def test_two_who_demote_each_other_at_once() -> None:
    for _ in range(20):
        dave, zoe = person("dave", Role.ADMINISTRATOR), person("zoe", Role.ADMINISTRATOR)
        outcomes = _at_once((dave, zoe), (zoe, dave))
        assert sorted(outcomes) == ["LastAdministrator", "changed"]
        assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 1
        User.objects.update(role=Role.MODERATOR)
        for user in (dave, zoe):
            User.objects.filter(pk=user.pk).update(email=f"{user.pk}@example.test")


def _at_once(*pairs: tuple[User, User]) -> list[str]:
    start, outcomes = Barrier(len(pairs)), list[str]()

    def demote(user: User, by: User) -> None:
        start.wait()
        try:
            people.change(user, by=by, name=user.name, role=Role.MODERATOR, is_active=True)
            outcomes.append("changed")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_first_administrator_comes_from_the_command_line(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="First@Example.test", name="First", verbosity=0)
    assert AuditEvent.objects.get().by_name == "command line"
    client.post("/accounts/login/", {"login": "first@example.test", "password": PASSWORD})
    assert client.get("/manage/").status_code == 200


def test_people_who_would_share_initials_get_more_letters() -> None:
    users = [
        User(pk=n, name=name) for n, name in enumerate(("Mo Moder", "Mira Moder", "Lena Lead", "Mo Moder", "吴静"))
    ]
    assert people.distinct_initials(users) == {0: "MM", 1: "MiM", 2: "LL", 3: "MM", 4: "吴"}
