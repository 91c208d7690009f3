"""Why there is no picture, how a delivery ended and where a result went, stored as codes instead of English sentences.

Results and attempts never change: a trigger refuses to update them. None is lifted: their columns get a
new type, and with it the same facts in codes. Rows of the audit stay as they are.
"""

from django.db import migrations, models

from moderation.migrations._sentences import rewrite

SENTENCES = """
SELECT why FROM moderation_picturefetch
UNION SELECT why FROM moderation_delivery
UNION SELECT why FROM moderation_attempt
UNION SELECT route->>'why' FROM moderation_machineresult
UNION SELECT term->>'why' FROM moderation_machineresult, jsonb_array_elements(route->'terms') AS term
"""
CODES = """
ALTER TABLE {table} ALTER COLUMN why DROP DEFAULT, ALTER COLUMN why DROP NOT NULL,
    ALTER COLUMN why TYPE jsonb USING pg_temp.message_of(why)
"""
TABLES = ("moderation_picturefetch", "moderation_delivery", "moderation_attempt")
ROUTES = """
ALTER TABLE moderation_machineresult ALTER COLUMN route TYPE jsonb USING route
    || jsonb_strip_nulls(jsonb_build_object('why', pg_temp.message_of(route->>'why')))
    || CASE WHEN route ? 'terms' THEN jsonb_build_object('terms', pg_temp.terms_of(route->'terms')) ELSE '{}' END
"""


def store_codes(apps, schema_editor):
    rewrite(schema_editor, SENTENCES, (*(CODES.format(table=table) for table in TABLES), ROUTES))


def _why(model):
    return migrations.AlterField(model, "why", models.JSONField(null=True))


def _is_code(model, name):
    condition = models.Q(("why__isnull", True), ("why__has_key", "code"), _connector="OR")
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [("moderation", "0017_leases_epochs_and_accounting")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(store_codes)],
            state_operations=[_why("picturefetch"), _why("delivery"), _why("attempt")],
        ),
        _is_code("picturefetch", "picture_fetch_why_is_code"),
        _is_code("delivery", "delivery_why_is_code"),
        _is_code("attempt", "attempt_why_is_code"),
    ]
