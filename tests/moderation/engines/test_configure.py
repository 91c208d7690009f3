from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from accounts.audit import history_of
from accounts.audit_actions import AuditAction
from accounts.versions import Conflict
from moderation.engines import configure, kinds
from moderation.engines.configure import EngineRefused, Entry, set_engines
from moderation.engines.kinds import engines_of, settings_of
from moderation.models import AppEngine
from tests.world import World

KEY = "vendor-access-key"
VENDOR = Entry("deepcleer", {"cluster": "singapore", "accessKey": KEY, "appId": "theirs"}, "review")
AWS = Entry("rekognition", {"region": "eu-west-1", "keyId": "AKIASTANDIN000000001", "secret": "s/+1"})


def test_they_are_asked_in_their_order(world: World) -> None:
    set_engines(app=world.web, engines=[VENDOR, AWS], by=world.dave)
    assert [(engine.name, may_fail) for engine, may_fail in engines_of(world.web)] == [
        ("deepcleer", True),
        ("rekognition", False),
    ]
    set_engines(app=world.web, engines=[AWS], by=world.dave)
    assert [engine.name for engine, _ in engines_of(world.web)] == ["rekognition"]


def test_keys_are_sealed_and_not_in_the_audit(world: World) -> None:
    (row,) = set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    assert settings_of(row)["accessKey"] == KEY
    assert KEY not in row.sealed_settings
    event = history_of(world.web).get(action=AuditAction.APP_ENGINES_SET)
    told = {"kind": "deepcleer", "on_failure": "review", "cluster": "singapore", "appId": "theirs"}
    assert (event.details["before"], event.details["engines"]) == ([], [told])


def test_a_key_that_is_left_out_stays(world: World) -> None:
    (row,) = set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    again = Entry("deepcleer", {"cluster": "silicon-valley"}, keeps=row.pk)
    (row,) = set_engines(app=world.web, engines=[again], by=world.dave)
    assert settings_of(row) == {"cluster": "silicon-valley", "accessKey": KEY}


def test_the_key_of_another_app_cannot_be_taken_along(world: World) -> None:
    (row,) = set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    taken = Entry("deepcleer", {"cluster": "singapore"}, keeps=row.pk)
    with pytest.raises(EngineRefused) as refused:
        set_engines(app=world.other_app, engines=[taken], by=world.dave)
    assert (refused.value.place, refused.value.setting) == (0, "accessKey")


@pytest.mark.parametrize(
    ("entry", "setting"),
    [
        (Entry("guess"), "kind"),
        (Entry("embedded", on_failure="pass"), "on_failure"),
        (Entry("deepcleer", {"cluster": "moon", "accessKey": KEY}), "cluster"),
        (Entry("deepcleer", {"cluster": "singapore"}), "accessKey"),
        (Entry("rekognition", {**AWS.settings, "region": "x.example/"}), "region"),
        (Entry("http", {"url": "ftp://x.example/"}), "url"),
        (Entry("http", {"url": "http://169.254.169.254/"}), "url"),
        (Entry("http", {"url": "https://x.example/#a"}), "url"),
        (Entry("http", {}), "url"),
        (Entry("http", {"url": "https://x.example/", "name": "A B"}), "name"),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(world: World, entry: Entry, setting: str) -> None:
    with pytest.raises(EngineRefused) as refused:
        set_engines(app=world.web, engines=[VENDOR, entry], by=world.dave)
    assert (refused.value.place, refused.value.setting) == (1, setting)
    assert not world.web.engines.exists()


def test_too_many_are_refused(world: World) -> None:
    with pytest.raises(EngineRefused):
        set_engines(app=world.web, engines=[VENDOR] * 6, by=world.dave)


def test_only_administrators_set_them(world: World) -> None:
    for person in (world.alice, world.carol, world.mallory):
        with pytest.raises(PermissionDenied):
            set_engines(app=world.web, engines=[VENDOR], by=person)
    assert not world.web.engines.exists()


def test_two_people_who_set_them_at_once(world: World) -> None:
    version = configure.EDITED.version(world.web)
    set_engines(app=world.web, engines=[VENDOR], by=world.dave, expected_version=version)
    with pytest.raises(Conflict):
        set_engines(app=world.web, engines=[AWS], by=world.dave, expected_version=version)
    assert [row.kind for row in world.web.engines.all()] == ["deepcleer"]


def test_one_place_has_one_engine(world: World) -> None:
    set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    with pytest.raises(IntegrityError):
        AppEngine.objects.create(app=world.web, order=0, kind="embedded", sealed_settings="")


@pytest.mark.parametrize(("is_installed", "names"), [(True, ["embedded"]), (False, [])])
def test_an_app_without_engines_has_the_one_of_this_host(
    world: World, monkeypatch: pytest.MonkeyPatch, is_installed: bool, names: list[str]
) -> None:
    monkeypatch.setattr(kinds, "is_installed", lambda: is_installed)
    assert [engine.name for engine, _ in engines_of(world.web)] == names
