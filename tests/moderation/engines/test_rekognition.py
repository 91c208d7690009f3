"""Amazon Rekognition, against a stand-in that checks the signature by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.contract.values import RiskLevel
from moderation.engines.protocol import EngineFailed, Findings
from moderation.engines.rekognition import requests
from moderation.engines.rekognition.engine import Rekognition
from tests.moderation.engines.asked import ask, frame
from tests.moderation.engines.stand_in import KEY_ID, REGION, SECRET


def engine(stand_in: str, secret: str = SECRET) -> Rekognition:
    real = Rekognition.of({"region": REGION, "keyId": KEY_ID, "secret": secret})
    service = replace(real.service, url=f"{stand_in}/aws", schemes=("http",))
    return Rekognition(service, replace(real.account, url=f"{stand_in}/aws"))


def found(stand_in: str, *types: str, data: bytes = b"picture", **place: int) -> Findings:
    return engine(stand_in).detect([frame(data, **place)], ask(*types))


def test_its_labels_become_ours(stand_in: str) -> None:
    labels = found(stand_in, "EROTIC").labels
    assert {(str(one.path), one.risk_level, one.probability) for one in labels} == {
        ("porn/explicit/exposed_female_nipple", RiskLevel.REJECT, 0.9325),
        ("ban/drugs_tobacco/pills", RiskLevel.REVIEW, 0.61),
    }


def test_faces_and_text_lie_in_pixels_of_the_whole_picture(stand_in: str) -> None:
    evidence = found(stand_in, "FACE", "BOCR", top=1000).evidence
    assert [box.location for box in evidence.boxes] == [(50, 1025, 150, 1075)]
    (line,) = evidence.text.lines
    assert (evidence.text.text, line.text) == ("HELLO WORLD", "HELLO WORLD")
    assert line.outline.location == pytest.approx((20, 1010, 180, 1030))
    assert line.outline.polygon == pytest.approx((20, 1020, 180, 1010, 180, 1020, 20, 1030))


@pytest.mark.parametrize(
    ("types", "checked"),
    [
        (("EROTIC", "POLITY"), {"EROTIC"}),
        (("IMGTEXTRISK", "ADVERT"), {"IMGTEXTRISK"}),
        (("QRCODE",), set()),
    ],
)
def test_it_says_what_it_looked_for(stand_in: str, types: tuple[str, ...], checked: set[str]) -> None:
    assert found(stand_in, *types).checked == checked


def test_it_names_its_version(stand_in: str) -> None:
    assert found(stand_in, "EROTIC").source == "rekognition/7.0"


def test_a_wrong_secret_is_a_failure(stand_in: str) -> None:
    with pytest.raises(EngineFailed, match="InvalidSignatureException"):
        engine(stand_in, secret="another").detect([frame()], ask())


def test_throttling_says_that_it_is_busy(stand_in: str) -> None:
    with pytest.raises(EngineFailed) as failed:
        found(stand_in, "EROTIC", data=b"busy")
    assert failed.value.is_busy


def test_pictures_over_its_limit_are_not_sent(stand_in: str) -> None:
    with pytest.raises(EngineFailed, match="5 MB"):
        found(stand_in, "EROTIC", data=b"x" * (requests.MOST_BYTES + 1))


def test_what_signs_is_not_imported_before_something_is_signed() -> None:
    program = "import django, sys; django.setup(); import moderation.engines.kinds; print(*sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "moderation.settings"}
    root = Path(requests.__file__).parents[3]
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, env=environment)
    assert "moderation.engines.rekognition.requests" in told.stdout.split(), told.stderr
    assert "botocore" not in told.stdout.split()
