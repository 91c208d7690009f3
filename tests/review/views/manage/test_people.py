"""The page of people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import invitations, people, second_factor
from accounts.models import AuditEvent, Invitation, SecondFactorRule, User
from accounts.roles import Permission, Role
from review.presentation import permission_matrix
from review.queues import directory, person_queues, teams
from tests.accounts.test_people import is_out
from tests.accounts.test_second_factor import today, with_app
from tests.factories import tasks
from tests.stage import lease, signed_in
from tests.world import PASSWORD, World, person

PAGE = "/manage/people/"
ROLES = (("alice", 403), ("carol", 403), ("dave", 200), ("erin", 403), ("mallory", 403), ("nobody", 302))


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return re.findall(r'class="nm"[^>]*><bdi>([^<]+)</bdi>', answer.content.decode())


def form(user: User, **changes: Any) -> dict[str, Any]:
    """As a browser sends the form of this person, opened now."""
    sent = {"name": user.name, "role": user.role, "language": user.language, "zone": user.zone}
    checked = {name: "on" for name in ("child_safety", "is_active") if getattr(user, name)}
    queues = [str(pk) for pk in user.memberships.filter(is_direct=True).values_list("queue_id", flat=True)]
    found = {**sent, **checked, "queues": queues, "version": person_queues.EDITED.version(user), **changes}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(("name", "status"), ROLES)
def test_the_pages_are_for_administrators(world: World, name: str, status: int) -> None:
    client = signed_in(getattr(world, name, None))
    for address in (PAGE, f"{PAGE}?person={world.bob.pk}", f"{PAGE}?open=invite", f"{PAGE}?open=second-factor"):
        assert client.get(address).status_code == status
    posts = {
        f"{PAGE}{world.bob.pk}/": form(world.bob, name="Changed"),
        f"{PAGE}{world.bob.pk}/sign-out": {},
        f"{PAGE}{world.bob.pk}/second-factor": {},
        f"{PAGE}queue": {"queue": world.nudity.pk, "person": [world.mallory.pk], "act": "in"},
        f"{PAGE}second-factor": {"version": second_factor.EDITED.version(SecondFactorRule())},
    }
    for address, body in posts.items():
        assert client.post(address, body).status_code == (302 if status == 200 else status), address
    invited = client.post(f"{PAGE}invite", {"emails": "new@example.test", "role": "lead", "days": 3})
    assert invited.status_code == status
    changed = User.objects.filter(name="Changed").exists(), world.mallory.queues.exists(), Invitation.objects.exists()
    assert changed == ((True,) * 3 if name == "dave" else (False,) * 3)


def test_what_is_not_there_is_not_found(admin: Client, world: World) -> None:
    assert admin.get(f"{PAGE}?person=999999").status_code == 404
    assert admin.post(f"{PAGE}999999/", {}).status_code == 404
    assert admin.post(f"{PAGE}queue", {"queue": 999999, "person": [world.bob.pk]}).status_code == 404
    assert admin.post(f"{PAGE}invitations/999999/renew").status_code == 404


def test_the_list_is_filtered_by_its_address(admin: Client, world: World) -> None:
    people.change(world.bob, by=world.dave, name="Bob", role="moderator", is_active=False)
    with_app(world.carol)
    User.objects.update(last_login=timezone.now() - timedelta(days=1), seen_at=None)
    User.objects.filter(pk=world.alice.pk).update(seen_at=timezone.now())
    assert names(admin) == ["Alice", "Carol", "Dave", "Erin", "Mallory", "Bob"]
    assert names(admin, "?show=here") in (["Alice"], ["Alice", "Dave"])  # whoever looks is here
    assert names(admin, "?show=off") == ["Bob"]
    assert names(admin, "?show=no-factor") == ["Alice", "Dave", "Erin", "Mallory"]
    assert names(admin, "?q=nudit") == ["Alice", "Carol", "Bob"]
    assert names(admin, "?q=ERIN%40") == ["Erin"]
    assert names(admin, "?q=nobody-like-that") == []


def test_nobody_is_called_nul(admin: Client, world: World) -> None:
    assert admin.get(f"{PAGE}?q=Bo%00b").status_code == 400
    assert admin.post(f"{PAGE}{world.alice.pk}/", form(world.alice, name="", list="q=Bo%00b")).status_code == 400


def test_one_row_is_one_answer(admin: Client, world: World) -> None:
    people.change(
        world.carol, by=world.dave, name="Carol", role="lead", is_active=True,
        child_safety=True, language="zh-hans", zone="Asia/Shanghai",
    )  # fmt: skip
    second_factor.require({"lead": today(3)}, by=world.dave)
    shown = admin.get(f"{PAGE}?q=carol").content.decode()
    assert all(text in shown for text in ("carol@example.test", "child safety", "Nudity", "none, due", "zh · Shanghai"))


def test_a_person_is_changed_beside_the_list(admin: Client, world: World) -> None:
    opened = admin.get(f"{PAGE}?person={world.alice.pk}").content.decode()
    assert 'name="version"' in opened
    changes = form(world.alice, name="Alicia", queues=[str(world.default.pk)], language="zh-hans", zone="Africa/Lagos")
    assert admin.post(f"{PAGE}{world.alice.pk}/", changes)["Location"] == f"{PAGE}?person={world.alice.pk}"
    alice = User.objects.get(pk=world.alice.pk)
    assert (alice.name, alice.language, alice.zone) == ("Alicia", "zh-hans", "Africa/Lagos")
    assert list(alice.queues.all()) == [world.default]
    actions = set(AuditEvent.objects.filter(by=world.dave).values_list("action", flat=True))
    assert {"user.changed", "queue.members-set"} <= actions


def test_who_works_in_a_queue_through_a_team_still_does_so_after_saving(admin: Client, world: World) -> None:
    teams.create("Night", people=[world.mallory, world.alice], queues=[world.nudity], by="tests")
    shown = admin.get(f"{PAGE}?person={world.mallory.pk}").content.decode()
    assert f'value="{world.nudity.pk}"> <bdi>Nudity</bdi> <span class="chip xs">Night</span>' in shown
    ticked = re.findall(r'name="queues" value="(\d+)" checked', shown)
    assert admin.post(f"{PAGE}{world.mallory.pk}/", form(world.mallory, queues=ticked)).status_code == 302
    assert list(world.mallory.memberships.values_list("is_direct", flat=True)) == [False]
    assert f'value="{world.nudity.pk}" checked' in admin.get(f"{PAGE}?person={world.alice.pk}").content.decode()


def test_wrong_input_is_shown_as_typed(admin: Client, world: World) -> None:
    answer = admin.post(f"{PAGE}{world.alice.pk}/", form(world.alice, name="", zone="Mars/Base"))
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


def test_whoever_makes_an_administrator_proves_who_they_are(admin: Client, world: World) -> None:
    address = f"{PAGE}{world.bob.pk}/"
    asked = admin.post(address, form(world.bob, role="administrator", list="show=all"))
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get(pk=world.bob.pk).role == "moderator"
    admin.post(asked["Location"], {"password": "wrong wrong wrong"})
    assert User.objects.get(pk=world.bob.pk).role == "moderator"
    assert admin.post(asked["Location"], {"password": PASSWORD})["Location"].startswith(PAGE)
    assert User.objects.get(pk=world.bob.pk).role == "administrator"  # what was sent went on


def test_whoever_touches_the_access_of_an_administrator_proves_who_they_are(admin: Client, world: World) -> None:
    zoe = person("zoe", Role.ADMINISTRATOR)
    with_app(zoe)
    (link,) = invitations.invite(["new@example.test"], role="administrator", by=world.dave)
    posts: dict[str, dict[str, Any]] = {
        f"{PAGE}{zoe.pk}/": form(zoe, role="moderator"),
        f"{PAGE}{zoe.pk}/second-factor": {},
        f"{PAGE}{zoe.pk}/password": {},
        f"{PAGE}invitations/{link.invitation.pk}/renew": {},
    }
    for address, sent in posts.items():
        assert admin.post(address, sent)["Location"].startswith("/accounts/reauthenticate/"), address
    assert invitations.find(link.token)
    zoe.refresh_from_db()
    assert (zoe.role, zoe.has_second_factor) == ("administrator", True)
    assert not AuditEvent.objects.filter(action="user.password-link-made").exists()
    asked = admin.post(f"{PAGE}{zoe.pk}/second-factor")
    admin.post(asked["Location"], {"password": PASSWORD})
    assert not User.objects.get(pk=zoe.pk).has_second_factor  # what was sent went on


def test_the_last_administrator_stays(admin: Client, world: World) -> None:
    asked = admin.post(f"{PAGE}{world.dave.pk}/", form(world.dave, role="moderator"))
    answer = admin.post(asked["Location"], {"password": PASSWORD})
    assert answer.status_code == 422
    assert "last active administrator" in answer.content.decode()


def test_two_administrators_lose_nothing(admin: Client, world: World) -> None:
    zoe = person("zoe", Role.ADMINISTRATOR)
    stale = form(world.alice, name="Alicia")
    people.change(world.alice, by=zoe, name="Alice", role="lead", is_active=True)
    person_queues.take_out_of(world.nudity, [world.alice], by=zoe)
    answer = admin.post(f"{PAGE}{world.alice.pk}/", stale)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "zoe@example.test changed this" in shown
    assert 'value="Alicia"' in shown  # what was typed
    assert re.search(r'value="lead" checked', shown)  # what it is now
    assert not User.objects.filter(name="Alicia").exists()
    version = re.search(r'name="version" value="([^"]+)"', shown)
    assert version
    again = {**form(User.objects.get(pk=world.alice.pk), name="Alicia"), "version": version[1]}
    assert admin.post(f"{PAGE}{world.alice.pk}/", again).status_code == 302


def test_a_form_without_a_version_is_refused(admin: Client, world: World) -> None:
    answer = admin.post(f"{PAGE}{world.alice.pk}/", form(world.alice, version=None, name="Alicia"))
    assert answer.status_code == 422
    assert not User.objects.filter(name="Alicia").exists()


def test_a_deactivated_moderator_is_out_and_their_leases_are_back(admin: Client, world: World) -> None:
    for _ in range(2):
        tasks.waiting(world.nudity, app=world.web)
    stage = signed_in(world.alice)
    assert len(lease(stage, queues=["nudity"])["tasks"]) == 2
    admin.post(f"{PAGE}{world.alice.pk}/", form(world.alice, is_active=None))
    assert is_out(stage)
    assert len(lease(signed_in(world.bob), queues=["nudity"])["tasks"]) == 2
    assert "off since" in admin.get(f"{PAGE}?show=off").content.decode()


def test_several_people_go_into_a_queue_and_out_of_it(admin: Client, world: World) -> None:
    both = [world.mallory.pk, world.erin.pk]
    admin.post(f"{PAGE}queue", {"queue": world.nudity.pk, "person": both, "act": "in"})
    assert set(world.nudity.members.values_list("pk", flat=True)) >= {*both, world.alice.pk}
    admin.post(f"{PAGE}queue", {"queue": world.nudity.pk, "person": both, "act": "out"})
    assert set(world.nudity.members.all()) == {world.alice, world.bob, world.carol}


def test_every_page_of_people_is_marked_in_the_line_of_links(admin: Client, world: World) -> None:
    (link,) = invitations.invite(["new@example.test"], role="moderator", by=world.dave)
    posts: dict[str, dict[str, Any]] = {
        f"{PAGE}{world.alice.pk}/": form(world.alice, name=""),
        f"{PAGE}{world.alice.pk}/password": {},
        f"{PAGE}second-factor": {"moderator": "never"},
        f"{PAGE}invite": {},
        f"{PAGE}invitations/{link.invitation.pk}/renew": {},
    }
    for address, sent in posts.items():
        shown = admin.post(address, sent).content.decode()
        assert re.search(rf'href="{PAGE}"[^>]*aria-current="(page|true)"', shown), address


def test_a_lost_second_factor_is_reset(admin: Client, world: World) -> None:
    with_app(world.alice)
    stage = signed_in(world.alice)
    assert "Reset the second factor" in admin.get(f"{PAGE}?person={world.alice.pk}").content.decode()
    admin.post(f"{PAGE}{world.alice.pk}/second-factor")
    assert is_out(stage)
    assert not User.objects.get(pk=world.alice.pk).has_second_factor


def test_a_forgotten_password_is_replaced_by_a_link(admin: Client, world: World) -> None:
    answer = admin.post(f"{PAGE}{world.alice.pk}/password").content.decode()
    link = re.search(r"http://testserver(/accounts/password/reset/key/[^<\s]+)", answer)
    assert link
    alice = Client()
    form = alice.get(link[1], follow=True).redirect_chain[-1][0]
    alice.post(form, {"password1": "eleven quiet rivers northward", "password2": "eleven quiet rivers northward"})
    world.alice.refresh_from_db()
    assert world.alice.check_password("eleven quiet rivers northward")
    assert AuditEvent.objects.get(action="user.password-link-made").by == world.dave


def test_the_rule_for_second_factors_is_set_and_merged(admin: Client, world: World) -> None:
    version = second_factor.EDITED.version(SecondFactorRule())
    body = {"version": version, "moderator": today(2).isoformat()}
    assert admin.post(f"{PAGE}second-factor", body).status_code == 302
    assert second_factor.rules() == {"moderator": today(2)}
    stale = admin.post(f"{PAGE}second-factor", {"version": version, "lead": today(5).isoformat()})
    assert stale.status_code == 409
    shown = stale.content.decode()
    assert today(2).isoformat() in shown
    assert today(5).isoformat() in shown
    assert second_factor.rules() == {"moderator": today(2)}


def test_the_matrix_is_generated_from_the_code() -> None:
    rows = permission_matrix.rows()
    assert len(rows) == len(Permission) == len(permission_matrix.NAMES)
    assert all(len(row.marks) == len(Role) for row in rows)


def test_the_page_takes_few_queries_however_many_people(admin: Client, world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(f"{PAGE}?person={world.alice.pk}")
    User.objects.bulk_create(User(email=f"p{n}@example.test", name=f"P {n}") for n in range(120))
    with CaptureQueriesContext(connection) as many:
        admin.get(f"{PAGE}?person={world.alice.pk}")
    assert len(many) <= len(few) <= 20
    assert len(directory.find(by=world.dave)[0]) == directory.PEOPLE_ON_A_PAGE
