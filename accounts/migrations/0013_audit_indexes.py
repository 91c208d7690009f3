from django.db import migrations, models

GATHERED = """
CREATE INDEX CONCURRENTLY audit_gathered_by_case
    ON accounts_auditevent USING gin ((details -> 'cases') jsonb_path_ops) WITH (fastupdate = off)
 WHERE action IN ('pictures.viewed', 'leases.taken', 'quarantine.replayed')
"""
INDEXES = {
    "audit_by_action": "CREATE INDEX CONCURRENTLY audit_by_action ON accounts_auditevent (action, id)",
    "audit_by_time": "CREATE INDEX CONCURRENTLY audit_by_time ON accounts_auditevent (at)",
    "audit_gathered_by_case": GATHERED,
}
STATE = [
    migrations.AddIndex("auditevent", models.Index(fields=["action", "id"], name="audit_by_action")),
    migrations.AddIndex("auditevent", models.Index(fields=["at"], name="audit_by_time")),
]


def _build() -> list[str]:
    """Each anew, since a build that was interrupted leaves an index that is not valid. Without our timeouts."""
    build = ["SET statement_timeout = 0", "SET transaction_timeout = 0"]
    for name, create in INDEXES.items():
        build += [f"DROP INDEX CONCURRENTLY IF EXISTS {name}", create]
    return [*build, "RESET statement_timeout", "RESET transaction_timeout"]


class Migration(migrations.Migration):
    """Indexes on the audit, which has millions of rows: built while events are written, and if need be for hours."""

    atomic = False
    dependencies = [("accounts", "0012_last_use_once")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(_build(), [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES])], STATE
        )
    ]
