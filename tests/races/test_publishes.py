"""A hundred publishes from four processes while two others take in results: each result is judged by one whole policy,
the one that it names. A thousand of them, and how soon each is in effect: benchmarks/test_drafts.py.
"""

from __future__ import annotations

from moderation.models import PolicyVersion
from moderation.policy_versions import draft, store
from tests.processes import environment_of
from tests.races import publishing
from tests.races.conftest import Floor

EACH = 25


def test_every_result_is_explained_by_the_version_that_it_names(floor: Floor) -> None:
    store.put_in_force({"sections": [{"name": "all"}]}, by="tests")
    found = publishing.run(EACH, environment=environment_of())
    wrong, results = publishing.unexplained()
    assert dict(wrong) == {}
    numbers = set(PolicyVersion.objects.values_list("number", flat=True))
    assert numbers == set(range(1, publishing.PUBLISHERS * EACH + 2)) == {1, *found.published}
    assert PolicyVersion.objects.get(active=True).number == max(numbers)
    assert draft.current().is_empty
    assert results >= sum(len(batches) for batches in found.batches) * publishing.BATCH > 0
    by_policy = {one["policy"] for batches in found.batches for one in batches}
    assert len(by_policy) > 2, "results came in under several policies"
    for batches in found.batches:
        assert batches[-1]["policy"] == max(numbers), "every process routes by the last one in the end"
        assert [one["policy"] for one in batches] == sorted(one["policy"] for one in batches), "none went back"
