from django.db import migrations, models
from django.db.models import Q

# Of those that are under way for the same filters, the first goes on.
_CANCEL_REPEATS = """
UPDATE moderation_redelivery job
   SET state = 'cancelled', ended_at = statement_timestamp()
 WHERE state = 'running'
   AND EXISTS (SELECT FROM moderation_redelivery earlier
                WHERE earlier.state = 'running' AND earlier.filters = job.filters AND earlier.id < job.id)
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0027_endpoint_health_and_redelivery")]

    operations = [
        migrations.RunSQL(_CANCEL_REPEATS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="redelivery",
            constraint=models.UniqueConstraint(
                condition=Q(("state", "running")), fields=("filters",), name="redelivery_running_once"
            ),
        ),
    ]
