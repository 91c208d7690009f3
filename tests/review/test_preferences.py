"""What lies over pictures and which keys do what: one's own to choose; administrators set the default."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.policy import BUILT_IN_TAXONOMY as TAXONOMY
from review import preferences
from review.models import Preferences
from review.preferences import BlurSetting, Filter
from tests.stage import call, signed_in
from tests.world import World

CLEAR = {"blur": 0, "grayscale": False, "categories": {}}
BLURRED = {"blur": 2, "grayscale": True, "categories": {"porn": {"blur": 3, "grayscale": False}}}
PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")
EXPECTED = {
    #                       alice carol dave erin mallory nobody
    "preferences":         (200,  200,  200, 200, 200,    401),
    "preferences/default": (403,  403,  204, 403, 403,    401),
}  # fmt: skip
BODIES = {"preferences": {"filter": BLURRED}, "preferences/default": BLURRED}


@pytest.mark.parametrize(("verb", "name"), list(product(EXPECTED, PEOPLE)))
def test_each_person_gets_what_the_table_says(world: World, verb: str, name: str) -> None:
    answer = call(signed_in(getattr(world, name, None)), verb, BODIES[verb])
    assert answer.status_code == EXPECTED[verb][PEOPLE.index(name)], answer.content
    assert Preferences.objects.exists() == (answer.status_code < 300)


@pytest.mark.parametrize("verb", EXPECTED)
def test_without_the_csrf_token_or_by_get_nothing_changes(world: World, verb: str) -> None:
    assert call(signed_in(world.dave, enforce_csrf_checks=True), verb, BODIES[verb]).status_code == 403
    assert signed_in(world.dave).get(f"/review/api/{verb}").status_code == 405
    assert not Preferences.objects.exists()


def test_nobody_chooses_for_another_person(world: World) -> None:
    preferences.save({"filter": BLURRED}, by=world.alice)
    assert preferences.of(world.alice)["filter"] == BLURRED
    assert preferences.of(world.bob)["filter"] is None


def test_what_is_not_named_stays_as_it_is(world: World) -> None:
    preferences.save({"filter": BLURRED, "letters": False}, by=world.alice)
    preferences.save({"keys": {"pass": ["q"]}}, by=world.alice)
    kept = preferences.of(world.alice)
    assert (kept["filter"], kept["letters"], kept["keys"]) == (BLURRED, False, {"pass": ["q"]})


def test_the_default_holds_until_a_person_chooses_and_again_when_they_give_theirs_up(world: World) -> None:
    assert preferences.filter_of(world.alice) == Filter()
    preferences.set_default(BLURRED, by=world.dave)
    assert preferences.filter_of(world.alice).everything == BlurSetting(2, True)
    preferences.save({"filter": CLEAR}, by=world.alice)
    assert preferences.filter_of(world.alice) == Filter(is_own=True)
    preferences.save({"filter": None}, by=world.alice)
    assert preferences.filter_of(world.alice).everything == BlurSetting(2, True)


def test_the_default_is_for_administrators_and_its_change_is_on_record(world: World) -> None:
    with pytest.raises(NotAllowed):
        preferences.set_default(BLURRED, by=world.carol)
    preferences.set_default(BLURRED, by=world.dave)
    event = AuditEvent.objects.get(action="preferences.default-changed")
    assert (event.by, event.details["filter"]) == (world.dave, BLURRED)


def test_change_and_record_are_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.audit.record", _fail)
    with pytest.raises(RuntimeError):
        preferences.set_default(BLURRED, by=world.dave)
    assert not Preferences.objects.exists()


@pytest.mark.parametrize(
    ("labels", "blur"),
    [
        ([], BlurSetting(1)),
        (["sexy"], BlurSetting(1)),
        (["ad"], BlurSetting(0)),
        (["ad", "porn"], BlurSetting(3, True)),  # the strictest
        (["EROTIC"], BlurSetting(3, True)),  # another name of porn
        (["made up"], BlurSetting(1)),
    ],
)
def test_a_category_may_have_a_veil_of_its_own_and_the_strictest_holds(
    db: None, labels: list[str], blur: BlurSetting
) -> None:
    set_ = Filter(BlurSetting(1), {"porn": BlurSetting(3, True), "ad": BlurSetting(0)})
    assert set_.over(labels, taxonomy=TAXONOMY) == blur


def test_a_queue_adds_to_the_default_and_not_to_a_filter_of_ones_own(db: None) -> None:
    default, own = (Filter(BlurSetting(1), {"porn": BlurSetting(3)}, is_own=is_own) for is_own in (False, True))
    assert [default.over(["ad"], taxonomy=TAXONOMY, queue_blur=blur).blur for blur in (None, 0, 2)] == [1, 1, 2]
    assert default.over(["porn"], taxonomy=TAXONOMY, queue_blur=2).blur == 3
    assert own.over(["ad"], taxonomy=TAXONOMY, queue_blur=2).blur == 1


def test_a_picture_of_unknown_labels_lies_under_the_strictest_setting(db: None) -> None:
    set_ = Filter(BlurSetting(1), {"porn": BlurSetting(3, True), "ad": BlurSetting(0)})
    assert set_.over(None, taxonomy=TAXONOMY) == BlurSetting(3, True)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"filter": {"blur": 4, "grayscale": False}}, "/filter/blur"),
        ({"filter": {"blur": 1}}, "/filter/grayscale"),
        ({"filter": {**CLEAR, "categories": {"por\0n": CLEAR}}}, "/categories"),
        ({"keys": {"pa\0ss": ["q"]}}, "/keys"),
        ({"keys": {"pass": ["q\0"]}}, "/keys/pass/0"),
    ],
)
def test_what_makes_no_sense_is_a_422_and_nothing_is_kept(world: World, body: Any, pointer: str) -> None:
    answer = call(signed_in(world.alice), "preferences", body)
    assert answer.status_code == 422, answer.content
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert not Preferences.objects.exists()


@pytest.mark.parametrize("owner", ["alice", None])
def test_there_is_one_row_for_each_person_and_one_for_all(world: World, owner: str | None) -> None:
    user = getattr(world, owner) if owner else None
    Preferences.objects.create(user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Preferences.objects.create(user=user)


def _fail(*_: Any, **__: Any) -> None:
    raise RuntimeError
