from django.db import migrations, models
from django.db.models import Q

# Of those that are under way for the same policies and cases, the first goes on.
_CANCEL_REPEATS = """
UPDATE moderation_replayreport job
   SET state = 'cancelled', ended_at = statement_timestamp(), tally = '{}'
 WHERE state = 'running'
   AND EXISTS (SELECT FROM moderation_replayreport earlier
                WHERE earlier.state = 'running' AND earlier.body_sha256 = job.body_sha256
                  AND earlier.in_force = job.in_force AND earlier.last = job.last AND earlier.id < job.id)
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0041_engine_health")]

    operations = [
        migrations.AddField("replayreport", "chunk", models.PositiveIntegerField(db_default=100_000)),
        migrations.AddField("replayreport", "tries", models.PositiveSmallIntegerField(db_default=0)),
        migrations.RunSQL(_CANCEL_REPEATS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="replayreport",
            constraint=models.UniqueConstraint(
                condition=Q(("state", "running")),
                fields=("body_sha256", "in_force", "last"),
                name="replay_running_once",
            ),
        ),
    ]
