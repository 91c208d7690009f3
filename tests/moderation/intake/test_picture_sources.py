from __future__ import annotations

import pytest

from moderation.contract import parse_submission
from moderation.intake.pictures import source_of
from tests.factories import bodies


@pytest.mark.parametrize(
    ("img", "url"),
    [
        (" https://example.test/a b.jpg", "https://example.test/a%20b.jpg"),
        ("\nHTTPS://example.test/a.jpg\n", "HTTPS://example.test/a.jpg"),
    ],
)
def test_an_address_with_blanks_is_kept_as_a_browser_asks_for_it(img: str, url: str) -> None:
    envelope = bodies.envelope()
    envelope["request"]["data"]["img"] = img
    source = source_of(parse_submission(envelope).request)
    assert (source.url, source.why) == (url, None)
