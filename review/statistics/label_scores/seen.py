"""Which labels were seen lately, how often and where. Counting reads many cases, so a count may be a minute old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.core.cache import caches

from accounts.database.statements import Statement
from moderation import labels
from moderation.policy.sections import path_of_key

DAYS = 7
MOST_CASES = 50_000  # of the newest; more are not read for a column of counts
MOST_PLACES = 50
STALE_SECONDS = 60

_FIRST = Statement(
    """
    SELECT (SELECT id FROM moderation_case
             WHERE received_at >= statement_timestamp() - make_interval(days => %(days)s)
             ORDER BY received_at, id LIMIT 1),
           (SELECT max(id) FROM moderation_case)
    """
)
_COUNTS = Statement(
    "SELECT label, count(*) FROM moderation_labelscore WHERE case_id >= %(first)s AND label <> '*' GROUP BY label"
)
# Both are made from one reading of the facts.
_PLACES_AND_TYPES = Statement(
    """
    WITH facts AS MATERIALIZED (
        SELECT app_id, event, type, count(*) AS cases
          FROM moderation_resultfacts WHERE case_id >= %(first)s GROUP BY 1, 2, 3)
    (SELECT 'place', app.app_id, facts.event, sum(facts.cases)::bigint
       FROM facts JOIN accounts_app app ON app.id = facts.app_id
      GROUP BY 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT %(most)s)
    UNION ALL
    (SELECT DISTINCT 'type', part, '', 0::bigint
       FROM facts, unnest(string_to_array(facts.type, '_')) part WHERE part <> '' ORDER BY 2 LIMIT %(most)s)
    """
)


@dataclass(frozen=True, slots=True)
class Seen:
    """`counts` by the key of the label that is meant, `labels` the paths as they are stored, `places` by app and event,
    `types` the parts that requests name; `is_whole` where they are of all DAYS, else of the newest MOST_CASES cases.
    """

    counts: Mapping[str, int]
    labels: tuple[str, ...]
    places: Mapping[tuple[str, str], int]
    types: tuple[str, ...]
    is_whole: bool = True


def seen() -> Seen:
    found: Seen | None = caches["process"].get("labels-seen")
    if found is None:
        found = _count()
        caches["process"].set("labels-seen", found, STALE_SECONDS)
    return found


class FirstCase(NamedTuple):
    """From this id on cases are counted; `is_whole` where these are all of the days asked for."""

    id: int
    is_whole: bool


def first_case(*, days: int, most: int) -> FirstCase | None:
    """The first case of the last days, but of no more than so many cases."""
    first, last = _FIRST.first(days=days) or (None, None)
    return None if first is None or last is None else FirstCase(max(first, last - most), first > last - most)


def _count() -> Seen:
    start = first_case(days=DAYS, most=MOST_CASES)
    if start is None:
        return Seen({}, (), {}, ())
    first, is_whole = start
    rows = list(_PLACES_AND_TYPES.rows(first=first, most=MOST_PLACES))
    places = {(app, event): count for kind, app, event, count in rows if kind == "place"}
    types = tuple(part for kind, part, *_ in rows if kind == "type")
    stored = dict(_COUNTS.rows(first=first))
    return Seen(_meant(stored), tuple(stored), places, types, is_whole)


def _meant(stored: Mapping[str, int]) -> Mapping[str, int]:
    """An alias counts for its label."""
    counts: Counter[str] = Counter()
    taxonomy = labels.in_force()
    for path, count in stored.items():
        counts[labels.threshold_key(path_of_key(path), taxonomy)] += count
    return counts
