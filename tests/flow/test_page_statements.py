"""No address that somebody may open asks more than twenty statements: the walk of `test_access_matrix.py`, counted. The
pages with much on them are in `tests/review/views/test_statements.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.flow.objects_of_pages import Kind
from tests.flow.test_access_matrix import PEOPLE, TABLE
from tests.review.views.counted_pages import MOST_STATEMENTS
from tests.review.views.test_statements import statements
from tests.stage import signed_in
from tests.world import World


@pytest.mark.parametrize("person", PEOPLE)
def test_no_address_asks_more(
    module_world: World, module_kinds: dict[str, Kind], place: dict[str, Any], db: None, settings: Any, person: str
) -> None:
    settings.STORAGES = {**settings.STORAGES, "pictures": place}
    client = signed_in(getattr(module_world, person))
    rows = {name: row for name, row in TABLE.items() if person in row.get}
    addresses = [reverse(name, kwargs=module_kinds[row.of].own) + row.query for name, row in rows.items()]
    counted = {address: statements(client, address) or 0 for address in addresses}
    assert len(list(filter(None, counted.values()))) > len(counted) / 2  # the others lead elsewhere
    assert {address: count for address, count in counted.items() if count > MOST_STATEMENTS} == {}
