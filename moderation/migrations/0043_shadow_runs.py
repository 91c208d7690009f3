from django.db import migrations, models

# What was counted so far is of the policy in force.
_OF_THE_POLICY_IN_FORCE = """
UPDATE moderation_shadowcount SET policy = coalesce((SELECT number FROM moderation_policyversion WHERE active), 0);
UPDATE moderation_shadowdifference SET policy = coalesce((SELECT number FROM moderation_policyversion WHERE active), 0);
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0042_replays_that_end")]

    operations = [
        migrations.AddField("factsbackfill", "skipped", models.BigIntegerField(db_default=0)),
        migrations.AddField("policydraft", "shadow_run", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("shadowcount", "policy", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("shadowcount", "run", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("shadowdifference", "policy", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("shadowdifference", "run", models.PositiveIntegerField(db_default=0)),
        migrations.RunSQL(_OF_THE_POLICY_IN_FORCE, migrations.RunSQL.noop),
    ]
