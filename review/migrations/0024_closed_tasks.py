from __future__ import annotations

from django.db import migrations, models

INDEX = models.Index(fields=["case", "queue"], condition=models.Q(state="closed"), name="task_closed")
# Anew, since a build that was interrupted leaves an index that is not valid. Without our timeouts.
BUILD = (
    "SET statement_timeout = 0",
    "SET transaction_timeout = 0",
    "DROP INDEX CONCURRENTLY IF EXISTS task_closed",
    "CREATE INDEX CONCURRENTLY task_closed ON review_reviewtask (case_id, queue_id) WHERE state = 'closed'",
    "RESET statement_timeout",
    "RESET transaction_timeout",
)


class Migration(migrations.Migration):
    """What leads' lists of cases that policy decided read, built while tasks are written."""

    atomic = False
    dependencies = [("review", "0023_escalated_at")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(BUILD, "DROP INDEX CONCURRENTLY IF EXISTS task_closed")],
            [migrations.AddIndex("reviewtask", INDEX)],
        )
    ]
