"""Why a task waits, and what moved it up, stored as codes instead of English sentences."""

from django.db import migrations, models

from moderation.migrations._sentences import rewrite

SENTENCES = """
SELECT why FROM review_reviewtask
UNION SELECT term->>'why' FROM review_reviewtask, jsonb_array_elements(priority) AS term
"""
CODES = """
ALTER TABLE review_reviewtask ALTER COLUMN why DROP DEFAULT, ALTER COLUMN why DROP NOT NULL,
    ALTER COLUMN why TYPE jsonb USING pg_temp.message_of(why),
    ALTER COLUMN priority TYPE jsonb USING pg_temp.terms_of(priority)
"""


def store_codes(apps, schema_editor):
    rewrite(schema_editor, SENTENCES, (CODES,))


class Migration(migrations.Migration):
    dependencies = [("review", "0011_constraints_in_one_word"), ("moderation", "0018_codes_for_sentences")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(store_codes)],
            state_operations=[migrations.AlterField("reviewtask", "why", models.JSONField(null=True))],
        ),
        migrations.AddConstraint(
            "reviewtask",
            models.CheckConstraint(
                condition=models.Q(("why__isnull", True), ("why__has_key", "code"), _connector="OR"),
                name="task_why_is_code",
            ),
        ),
    ]
