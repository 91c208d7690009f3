"""What an app's results were rejected for lately, and for which of it the customer has no name of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from accounts.database.statements import Statement
from accounts.models import App
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.disposal import in_force
from moderation.disposal.mapping import is_unmapped, key_for

DAYS = 7
NEWEST = 10_000  # decided cases that are counted, so that a busy app's page costs no more than that

_REJECTED = Statement(
    """
    SELECT result.risk_label1, result.risk_label2, result.risk_label3, count(*)
      FROM (SELECT id
              FROM moderation_case
             WHERE app_id = %(app)s AND state = 'final' AND received_at >= now() - make_interval(days => %(days)s)
             ORDER BY received_at DESC, id DESC
             LIMIT %(newest)s) newest
     CROSS JOIN LATERAL (
           SELECT risk_level, risk_label1, risk_label2, risk_label3
             FROM moderation_finalresult
            WHERE case_id = newest.id AND voided_at IS NULL
            ORDER BY revision DESC
            LIMIT 1) result
     WHERE result.risk_level = 'REJECT' AND result.risk_label1 NOT IN ('', 'normal')
     GROUP BY 1, 2, 3
     ORDER BY 4 DESC, 1, 2, 3
    """
)


@dataclass(frozen=True, slots=True)
class Used:
    """How often each entry was used, by its key, and the labels that have none but the default, the most frequent
    first.
    """

    entries: dict[str, int]
    unmapped: list[tuple[LabelPath, int]]


def lately(app: App) -> Used:
    """Final results of the last DAYS that stand, over the NEWEST cases at most. One without a label has none to map."""
    own, taxonomy = in_force.of_app(app.pk), labels.in_force()
    entries: Counter[str] = Counter()
    unmapped: Counter[LabelPath] = Counter()
    for one, two, three, count in _REJECTED.rows(app=app.pk, days=DAYS, newest=NEWEST):
        path = LabelPath(one, two, three)
        if key := key_for(own, path, taxonomy):
            entries[key] += count
        if is_unmapped(own, path, taxonomy):
            unmapped[path] += count
    return Used(dict(entries), unmapped.most_common())
