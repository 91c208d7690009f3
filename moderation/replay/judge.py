"""Judge stored results by two policies, a chunk of cases at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts.models import App
from moderation.policy import Policy, Taxonomy
from moderation.replay.parameters import Parameters
from moderation.replay.scopes import Row, Scopes
from moderation.replay.statement import Chunk, Statement
from moderation.replay.vocabulary import Vocabulary

_LABELS = """
SELECT DISTINCT coalesce(spelt, label) FROM moderation_labelscore WHERE case_id BETWEEN %(low)s AND %(high)s
 UNION
SELECT DISTINCT coalesce(spelt, label) FROM moderation_resultfacts WHERE case_id BETWEEN %(low)s AND %(high)s
"""
# How many rows the small tables of a statement fit is not known when it is planned, so nested loops look too cheap.
_SETTINGS = {
    "work_mem": "64MB",
    "jit": "off",
    "enable_nestloop": "off",
}


def plan_as_judge() -> None:
    """Settings for the transaction that judges many cases."""
    with connection.cursor() as cursor:
        for name, value in _SETTINGS.items():
            cursor.execute("SELECT set_config(%s, %s, TRUE)", [name, value])


class Judge:
    """Remembers from chunk to chunk what the policies say of each label and of each kind of request."""

    def __init__(self, before: Policy, after: Policy, taxonomy: Taxonomy) -> None:
        self.policies = before, after
        self.scopes = Scopes(self.policies, dict(App.objects.values_list("pk", "app_id")))
        self.vocabulary = Vocabulary(self.policies, taxonomy)

    def statement(self, low: int, high: int) -> tuple[Statement, Chunk]:
        """For the cases from `low` to `high`. Their rows must not change before it is executed."""
        chunk = Chunk(low, high, self.scopes.rows(self._contexts(low, high)), self._words(low, high))
        return Statement(self.policies, self.scopes, self.vocabulary, chunk), chunk

    def _contexts(self, low: int, high: int) -> list[Row]:
        parameters = Parameters()
        columns = ", ".join(self.scopes.columns(parameters).values())
        within = f"f.case_id BETWEEN {parameters.add(low)} AND {parameters.add(high)}"
        asked = f"SELECT DISTINCT {columns} FROM moderation_resultfacts f WHERE {within}"  # noqa: S608 - names of ours
        return fetch(asked, parameters.values)

    def _words(self, low: int, high: int) -> dict[str, Any]:
        return self.vocabulary.words(text for (text,) in fetch(_LABELS, {"low": low, "high": high}))


def fetch(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        rows: list[Any] = cursor.fetchall()
        return rows
