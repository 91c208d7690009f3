"""Whether a task was escalated is kept with it, by whatever escalated it; it was read from leases before, and maintenance
has none.
"""

from django.db import migrations, models
from django.db.models import Q

AT_ONCE = 2000
ADD = "ALTER TABLE review_reviewtask ADD COLUMN IF NOT EXISTS escalated_at timestamp with time zone NULL"
REMOVE = "ALTER TABLE review_reviewtask DROP COLUMN IF EXISTS escalated_at"
# Of tasks that can still return: escalated, snoozed, and decided ones that can be undone. Taking an escalation back has
# made another outcome of its lease; that of maintenance is told by the audit alone, of this round since the task is there.
FILL = """
UPDATE review_reviewtask task SET escalated_at = found.at
  FROM (SELECT open.id, coalesce(least(by_person.at, by_maintenance.at), open.entered_at) AS at
          FROM review_reviewtask open
          LEFT JOIN LATERAL (SELECT min(lease.ended_at) AS at FROM review_lease lease
                              WHERE lease.task_id = open.id AND lease.outcome = 'escalated') by_person ON true
          LEFT JOIN LATERAL (SELECT min(event.at) AS at FROM accounts_auditevent event
                              WHERE event.on_type = 'case' AND event.on_id = open.case_id::text
                                AND event.action = 'case.escalated' AND event.by_name = 'maintenance'
                                AND event.at >= open.created_at) by_maintenance ON true
         WHERE open.escalated_at IS NULL
           AND (open.state = 'escalated'
                OR (open.state = 'snoozed'
                    OR open.state = 'decided' AND open.id IN (
                       SELECT task_id FROM review_decision
                        WHERE undone_at IS NULL AND undo_until > statement_timestamp()))
               AND (by_person.at IS NOT NULL OR by_maintenance.at IS NOT NULL))
         LIMIT %s) found
 WHERE task.id = found.id
"""
NAME = "task_escalated_at_fits_state"
FITS = (
    ~Q(state__in=["waiting", "grouped", "escalated"])
    | Q(state__in=["waiting", "grouped"], escalated_at=None)
    | Q(state="escalated", escalated_at__isnull=False)
)
CHECK = f"""
ALTER TABLE review_reviewtask ADD CONSTRAINT {NAME} CHECK (
    NOT (state IN ('waiting', 'grouped', 'escalated'))
    OR (escalated_at IS NULL AND state IN ('waiting', 'grouped'))
    OR (escalated_at IS NOT NULL AND state = 'escalated')) NOT VALID
"""
UNCHECK = f"ALTER TABLE review_reviewtask DROP CONSTRAINT IF EXISTS {NAME}"


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(FILL, [AT_ONCE])
            if cursor.rowcount < AT_ONCE:
                break


class Migration(migrations.Migration):
    """Each statement is a transaction of its own, so that none locks the table for long; all can be done again."""

    atomic = False
    dependencies = [
        ("accounts", "0016_gateway"),
        ("review", "0022_retention"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(ADD, REMOVE)],
            [migrations.AddField("reviewtask", "escalated_at", models.DateTimeField(null=True))],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL([UNCHECK, CHECK], [UNCHECK]),
                migrations.RunSQL(f"ALTER TABLE review_reviewtask VALIDATE CONSTRAINT {NAME}", migrations.RunSQL.noop),
            ],
            [migrations.AddConstraint("reviewtask", models.CheckConstraint(condition=FITS, name=NAME))],
        ),
    ]
