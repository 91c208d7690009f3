"""No new migration locks a large table for long. Those from before are listed; docs/running.md says what they take."""

from __future__ import annotations

import pytest

from .locks import faults, statements

KNOWN = {
    "moderation.0003_intake_in_full",
    "moderation.0006_found_by_time_and_label",
    "moderation.0008_lists_for_backends",
    "moderation.0009_frames_and_blurred",
    "moderation.0012_copies_of_a_picture",
    "moderation.0013_judged_subjects",
    "moderation.0015_one_word_per_thing",
    "moderation.0016_pictures_tried_again",
    "moderation.0018_codes_for_sentences",
    "moderation.0020_case_terms",
    "moderation.0023_names_of_cases",
    "moderation.0024_standing_results",
    "moderation.0025_dead_deliveries",
    "moderation.0027_endpoint_health_and_redelivery",
    "moderation.0030_policy_decides",
    "moderation.0044_scores_of_probabilities",
    "review.0003_attached_tasks",
    "review.0004_views_and_notes",
    "review.0007_practice_and_figures",
    "review.0008_grid",
    "review.0010_one_word_per_thing",
    "review.0011_constraints_in_one_word",
    "review.0012_codes_for_sentences",
    "review.0015_leases_by_time",
}
"""Migrations that do, all from before this test. None is added: a new one does its work without a long lock."""


@pytest.fixture(scope="module")
def found(django_db_setup: None, django_db_blocker: object) -> dict[str, list[str]]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined] # pytest-django's
        return {name: sorted(set(faults(sql))) for name, sql in statements()}


def test_no_new_migration_locks_a_large_table(found: dict[str, list[str]]) -> None:
    assert {name: wrong for name, wrong in found.items() if wrong and name not in KNOWN} == {}


def test_the_list_names_only_what_is_so(found: dict[str, list[str]]) -> None:
    assert {name for name in KNOWN if not found.get(name)} == set()


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ('CREATE INDEX "a" ON "moderation_case" ("b")', True),
        ('CREATE UNIQUE INDEX "a" ON "moderation_case" ("b")', True),
        ('CREATE INDEX CONCURRENTLY "a" ON "moderation_case" ("b")', False),
        ('CREATE INDEX "a" ON "moderation_endpoint" ("b")', False),
        ('ALTER TABLE "moderation_case" ADD CONSTRAINT "a" CHECK (b > 0)', True),
        ('ALTER TABLE "moderation_case" ADD CONSTRAINT "a" CHECK (b > 0) NOT VALID', False),
        ('ALTER TABLE "moderation_case" ADD CONSTRAINT "a" UNIQUE USING INDEX "b"', False),
        ('ALTER TABLE "moderation_case" VALIDATE CONSTRAINT "a"', False),
        ('ALTER TABLE "moderation_case" ADD COLUMN "a" integer DEFAULT 0 NOT NULL', False),
        ('ALTER TABLE "moderation_case" ADD COLUMN "a" timestamptz DEFAULT statement_timestamp() NOT NULL', False),
        ('ALTER TABLE "moderation_case" ADD COLUMN "a" uuid DEFAULT gen_random_uuid() NOT NULL', True),
        ('ALTER TABLE "moderation_case" ADD COLUMN "a" text GENERATED ALWAYS AS (b) STORED', True),
        ('ALTER TABLE "moderation_case" ALTER COLUMN "a" TYPE bigint USING "a"::bigint', True),
        ('ALTER TABLE "moderation_case" ALTER COLUMN "a" SET NOT NULL', True),
        ('ALTER TABLE "moderation_case" ALTER COLUMN "a" DROP NOT NULL', False),
        ('UPDATE moderation_case SET state = "final"', True),
    ],
)
def test_what_locks_long_is_known(statement: str, wrong: bool) -> None:
    assert bool(list(faults([statement]))) == wrong


def test_a_table_that_is_created_in_the_same_migration_is_empty() -> None:
    assert list(faults(['CREATE TABLE "moderation_case" ("id" bigint)', 'CREATE INDEX "a" ON "moderation_case" ("b")'])) == []
