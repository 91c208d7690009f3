"""One name for a label and one notation for a score on every page."""

from __future__ import annotations

import pytest
from django.utils import translation

from moderation import labels
from moderation.contract.values import LabelPath, RiskLevel
from moderation.scores import score
from review.presentation import label_names
from tests.factories import tasks
from tests.stage import lease, signed_in
from tests.world import World

SWIMWEAR = ("porn", "nudity", "swimwear")
ENGLISH = ["Sexually Explicit Content", "Nudity", "Swimwear"]


@pytest.mark.parametrize(
    ("probability", "shown"), [(None, None), (0.0, 0), (0.0004, 0), (0.0006, 1), (0.9127, 913), (1.0, 1000)]
)
def test_a_score_is_a_whole_number_from_0_to_1000(probability: float | None, shown: int | None) -> None:
    assert score(probability) == shown


@pytest.mark.parametrize(
    ("path", "language", "names"),
    [
        (("porn", "", ""), "en", ["Sexually Explicit Content"]),
        (("erotic", "", ""), "en", ["Sexually Explicit Content"]),
        (("*", "nudity", ""), "en", ["*", "Nudity"]),
        (("qr", "", "deep"), "zh-hans", ["二维码", "Deep"]),
        (("HateSpeech", "of_some_kind", ""), "en", ["Hate Speech", "Of some kind"]),
    ],
)
def test_each_level_has_its_name(db: None, path: tuple[str, str, str], language: str, names: list[str]) -> None:
    with translation.override(language):
        assert label_names.level_names(LabelPath(*path), labels.in_force()) == names


def test_the_eight_categories_are_named_in_the_readers_language(db: None) -> None:
    with translation.override("zh-hans"):
        assert ("minor", "未成年人") in label_names.category_names(labels.in_force())
    assert len(label_names.category_names(labels.in_force())) == 8


def test_risk_levels_are_words_and_an_unknown_one_stays() -> None:
    shown = [label_names.risk_level_name(level) for level in (*RiskLevel, "", "X")]
    assert shown == ["pass", "review", "reject", "", "X"]
    with translation.override("zh-hans"):
        assert label_names.risk_level_name("REJECT") == "拒绝"


def test_stage_case_page_and_list_of_cases_say_the_same(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    alice = signed_in(world.alice)
    shown = lease(alice)["tasks"][0]
    assert shown["resultLevels"] == ENGLISH
    whole = label_names.SEPARATOR.join(ENGLISH)
    assert whole in alice.get("/review/cases/").content.decode()
    page = alice.get(f"/review/cases/{task.case_id}/").content.decode()
    assert whole in page, "the timeline"
    for label in shown["labels"]:
        assert f'<td class="n">{score(label["probability"])}</td>' in page
        assert f"<bdi>{label['name']}</bdi>" in page
