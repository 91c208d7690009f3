"""A reason's label goes out signed as the verdict's, so it is one of the catalogue or said to be a new one."""

from __future__ import annotations

from typing import Any

import pytest

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from review.models import Queue, Reason
from review.queues import configure
from review.queues.configure import UnknownLabel
from tests.factories.labels import seeded
from tests.world import World


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    """An earlier test of this process may have emptied it."""
    seeded()


GORE = "violence/graphic_gore_scenes"


def reason(code: str, key: int, path: str) -> Reason:
    levels = dict(zip(("risk_label1", "risk_label2", "risk_label3"), path.split("/"), strict=False))
    return Reason(code=code, key=key, name=code.title(), **levels)


def set_reasons(world: World, *paths: str, **how: Any) -> None:
    reasons = [reason(f"reason-{key}", key, path) for key, path in enumerate(paths, start=1)]
    configure.set_reasons(world.nudity, reasons, by=world.dave, **how)


def paths_of(queue: Queue) -> list[str]:
    return [str(one.path) for one in queue.reasons.all()]


def test_a_mistyped_label_is_refused_with_what_may_be_meant(world: World) -> None:
    before = paths_of(world.nudity)
    with pytest.raises(UnknownLabel, match=f"No label is called “violence/gorre”. Did you mean “{GORE}”"):
        set_reasons(world, GORE, "violence/gorre")
    assert paths_of(world.nudity) == before
    set_reasons(world, GORE, "Erotic", "ad")
    assert paths_of(world.nudity) == [GORE, "Erotic", "ad"]


def test_a_new_label_is_said_to_be_one_and_is_known_from_then_on(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(UnknownLabel):
        set_reasons(world, "fraud/phishing", new_labels=["fraud/phishin"])
    with django_capture_on_commit_callbacks(execute=True):
        set_reasons(world, "fraud/phishing", new_labels=["fraud/phishing"])
    assert Label.objects.filter(risk_label1="fraud", risk_label2="phishing", source="seen").exists()
    assert [str(found.path) for found in labels.matching("phishing")] == ["fraud/phishing"]
    configure.set_reasons(world.default, [reason("fraud", 1, "fraud/phishing")], by=world.dave)


@pytest.mark.parametrize("path", ["normal", "NORMAL/x", "fraud/" + "x" * 150])
def test_what_can_be_no_label_is_none_when_marked_either(world: World, path: str) -> None:
    with pytest.raises(ValueError, match="cannot be a label"):
        set_reasons(world, path, new_labels=[path])
    assert paths_of(world.nudity) == ["porn/nudity", "ad"]


def test_what_a_queue_has_already_may_stay(world: World) -> None:
    """Reasons of an installation that is older than this rule; porn/nudity is not in the catalogue."""
    assert labels.unknown([LabelPath("porn", "nudity")])
    set_reasons(world, "porn/nudity", GORE)
    assert paths_of(world.nudity) == ["porn/nudity", GORE]
    with pytest.raises(UnknownLabel):
        configure.set_reasons(Queue.objects.create(slug="x", name="X"), [reason("n", 1, "porn/nudity")], by=world.dave)
