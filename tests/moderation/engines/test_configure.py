from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from pytest_django import Settings

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


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://x.example/v2?a=b", True),
        ("https://X.example:443/", True),
        ("https://y.example/", False),
        ("https://x.example:8443/", False),
        ("http://x.example/", False),
        ("https://x.example.y.example/", False),
    ],
)
def test_a_key_goes_to_no_other_host(world: World, settings: Settings, url: str, is_kept: bool) -> None:
    settings.ENDPOINT_SCHEMES = ("https", "http")
    first = Entry("http", {"url": "https://x.example/image/v4", "accessKey": KEY})
    (row,) = set_engines(app=world.web, engines=[first], by=world.dave)
    again = Entry("http", {"url": url}, keeps=row.pk)
    if is_kept:
        (row,) = set_engines(app=world.web, engines=[again], by=world.dave)
        assert settings_of(row) == {"url": url, "accessKey": KEY}
        return
    with pytest.raises(EngineRefused) as refused:
        set_engines(app=world.web, engines=[again], by=world.dave)
    assert (refused.value.place, refused.value.setting) == (0, "accessKey")
    assert settings_of(world.web.engines.get()) == {"url": "https://x.example/image/v4", "accessKey": KEY}
    typed = Entry("http", {"url": url, "accessKey": "another"}, keeps=row.pk)
    (row,) = set_engines(app=world.web, engines=[typed], by=world.dave)
    assert settings_of(row)["accessKey"] == "another"


def test_one_row_is_kept_by_one_engine(world: World) -> None:
    (row,) = set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    kept = Entry("deepcleer", {"cluster": "singapore"}, keeps=row.pk)
    with pytest.raises(EngineRefused) as refused:
        set_engines(app=world.web, engines=[kept, kept], by=world.dave)
    assert (refused.value.place, refused.value.setting) == (1, "accessKey")
    assert [one.pk for one in set_engines(app=world.web, engines=[kept], by=world.dave)] == [row.pk]


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
