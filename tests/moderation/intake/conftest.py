"""After whatever came in, the stored facts and scores are those of the results that the cases stand on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from moderation.models import Case
from tests.moderation.stored_facts import stored


@pytest.fixture(autouse=True)
def facts_stay_those_of_the_standing_results(request: pytest.FixtureRequest) -> Iterator[None]:
    asks = "world" in request.fixturenames
    if asks:
        request.getfixturevalue("world")  # so that the database is there until this is over
    yield
    if asks and Case.objects.exists():
        stored.check_all()
