"""What a first start makes: people, queues and labels that read well in English and in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accounts.models import User
from demo.house import furnish
from demo.queues import QUEUES, DemoQueue, DemoReason
from demo.scenes.findings import FINDINGS
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from tests.factories.labels import seeded

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def furnished(db: None, tmp_path: Path) -> None:
    seeded()
    furnish(tmp_path, customer="http://127.0.0.1:9")


def test_every_level_of_every_label_has_a_name_in_both_languages(furnished: None) -> None:
    taxonomy = labels.in_force()
    for finding in FINDINGS.values():
        paths = [LabelPath(*finding.path[:depth]) for depth in (1, 2, 3)]
        assert [taxonomy.name(path, language="en") for path in paths] == list(finding.english)
        assert [taxonomy.name(path, language="zh-hans") for path in paths] == list(finding.chinese)


def test_a_name_that_somebody_gave_stays(furnished: None, tmp_path: Path) -> None:
    contact = Label.objects.get(risk_label3="lianxifangshi")
    labels.name(contact, name_en="Ours", name_zh="", severity=None, by="somebody")
    furnish(tmp_path, customer="http://127.0.0.1:9")
    assert labels.in_force().name(contact.path, language="en") == "Ours"


def test_people_have_distinct_initials(furnished: None) -> None:
    initials = [user.initials for user in User.objects.all()]
    assert len(initials) == len(set(initials)) == 4


def test_queues_and_reasons_are_in_both_languages_and_name_known_labels(furnished: None) -> None:
    known = {label.path for label in Label.objects.all()}
    for queue in QUEUES:
        texts: tuple[DemoQueue | DemoReason, ...] = (queue, *queue.reasons)
        for text in texts:
            assert CHINESE.search(text.name_zh)
            assert re.search("[a-z]", text.name)
            assert not CHINESE.search(text.name)
        assert CHINESE.search(queue.guideline)
        assert re.search("[a-z]", queue.guideline)
        assert {LabelPath(*reason.path) for reason in queue.reasons} <= known


def test_a_reason_has_one_key_in_all_queues() -> None:
    keys = {(reason.code, reason.key) for queue in QUEUES for reason in queue.reasons}
    assert len(keys) == len({code for code, _ in keys})
