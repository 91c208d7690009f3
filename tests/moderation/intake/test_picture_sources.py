from __future__ import annotations

import pytest

from moderation.contract import parse_submission
from moderation.intake.pictures import source_of
from tests.factories import bodies


@pytest.mark.parametrize("img", [" https://example.test/a b.jpg", "\nHTTPS://example.test/a.jpg\n"])
def test_an_address_with_a_blank_before_it_is_still_one(img: str) -> None:
    envelope = bodies.envelope()
    envelope["request"]["data"]["img"] = img
    source = source_of(parse_submission(envelope).request)
    assert (source.url, source.why) == (img, None)
