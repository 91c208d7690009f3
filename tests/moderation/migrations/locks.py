"""What a migration's SQL would do to tables that grow with every result: lock them, or write them anew, for minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

OURS = ("accounts", "moderation", "review")
LARGE = {
    *("accounts_auditevent", "accounts_auditlink", "accounts_auditsalt"),
    *("moderation_attempt", "moderation_case", "moderation_delivery", "moderation_finalresult", "moderation_labelscore"),
    *("moderation_locatedtext", "moderation_machineresult", "moderation_picture", "moderation_picturefetch"),
    *("moderation_resultfacts", "review_decidedcase", "review_decision", "review_lease", "review_reviewtask"),
}
_TABLE = re.compile(
    r'(?:ALTER TABLE(?: ONLY)?(?: IF EXISTS)?|CREATE (?:UNIQUE )?INDEX .*? ON(?: ONLY)?|UPDATE|DELETE FROM|CLUSTER)\s+"?(\w+)"?',
    re.IGNORECASE | re.DOTALL,
)
RULES = {
    "an index that is built while nobody can write: use AddIndexConcurrently": r"^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)",
    "a constraint that reads every row: add it NOT VALID, validate it in a migration of its own": (
        r"ADD CONSTRAINT (?!.*NOT VALID)(?!.*USING INDEX)(?!.*\bNOT NULL NO\b)"
    ),
    "a new type writes the table anew": r"ALTER COLUMN \S+ (SET DATA )?TYPE",
    "NOT NULL reads every row: add a CHECK … NOT VALID first": r"ALTER COLUMN \S+ SET NOT NULL",
    "a default of its own for each row writes the table anew": (
        r"ADD COLUMN.*DEFAULT.*(random|gen_random_uuid|clock_timestamp|nextval)\("
    ),
    "a generated or counted column writes the table anew": r"ADD COLUMN.*(GENERATED|SERIAL)",
    "all rows in one statement: do it in steps, in maintenance": r"^(UPDATE|DELETE FROM) ",
    "it writes the table anew": r"^(CLUSTER|VACUUM FULL)",
}


def statements() -> Iterator[tuple[str, list[str]]]:
    """The SQL of each of our migrations, in their order; that of Python is not known."""
    loader = MigrationLoader(connection, replace_migrations=False)
    state = ProjectState()
    for key in _in_order(loader):
        migration = loader.graph.nodes[key]
        if key[0] in OURS:
            state, found = _sql(migration, state)
            yield ".".join(key), found
        else:
            state = migration.mutate_state(state)


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    ordered: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        ordered |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(ordered)


def _sql(migration: Migration, state: ProjectState) -> tuple[ProjectState, list[str]]:
    """With nothing done: Python inside of a SeparateDatabaseAndState would be run even when SQL is only collected."""
    with (
        patch.object(RunPython, "database_forwards", lambda *_: None),
        connection.schema_editor(collect_sql=True, atomic=False) as editor,
    ):
        collecting: Any = editor
        after = migration.apply(state, collecting, collect_sql=True)
    return after, list(collecting.collected_sql)


def faults(found: list[str]) -> Iterator[str]:
    """What is wrong with these statements of one migration. Tables that it creates itself are empty."""
    created = {name for one in found for name in re.findall(r'^CREATE TABLE "?(\w+)"?', one)}
    for statement in found:
        table = _TABLE.search(statement)
        if table and table[1] in LARGE - created:
            yield from (
                f"{table[1]}: {why}"
                for why, pattern in RULES.items()
                if re.search(pattern, statement.strip(), re.IGNORECASE | re.DOTALL)
            )
