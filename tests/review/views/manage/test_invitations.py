"""Inviting people from their page: links shown once, made anew, revoked."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Invitation
from tests.world import World

PAGE = "/manage/people/"


def test_links_are_shown_once(admin: Client, world: World) -> None:
    sent = {"emails": "hana@example.test\nm.lefevre@example.test", "role": "moderator", "days": 3}
    answer = admin.post(f"{PAGE}invite", {**sent, "queues": [world.nudity.pk], "second_factor": "on"})
    assert answer["Cache-Control"] == "no-store"
    links = re.findall(r"http://testserver(/accounts/invitation/[\w-]+/)", answer.content.decode())
    assert len(links) == 2
    assert Client().get(links[0]).status_code == 200
    listed = admin.get(PAGE).content.decode()
    assert "hana@example.test" in listed
    assert links[0] not in listed


def test_an_invitation_is_made_anew_or_revoked(admin: Client, world: World) -> None:
    admin.post(f"{PAGE}invite", {"emails": "hana@example.test", "role": "moderator", "days": 3})
    row = Invitation.objects.get()
    anew = admin.post(f"{PAGE}invitations/{row.pk}/renew").content.decode()
    assert re.search(r"/accounts/invitation/[\w-]+/", anew)
    admin.post(f"{PAGE}invitations/{row.pk}/revoke")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("emails", "told"),
    [("", "required"), ("not an address", "Not an address"), ("alice@example.test", "Already here")],
)
def test_addresses_that_cannot_be_invited(admin: Client, world: World, emails: str, told: str) -> None:
    answer = admin.post(f"{PAGE}invite", {"emails": emails, "role": "moderator", "days": 3})
    assert answer.status_code == 422
    assert told in answer.content.decode()
