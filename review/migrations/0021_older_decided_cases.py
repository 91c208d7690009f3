"""Cases that policy decided before their queues were kept: maintenance works through them, `cases/decided_by_policy.py`."""

from django.db import migrations, models


def begin(apps, schema_editor):
    newest = apps.get_model("moderation", "Case").objects.order_by("-pk").values_list("pk", flat=True).first()
    apps.get_model("review", "DecidedCaseBackfill").objects.create(pk=1, below=newest or 0)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0030_policy_decides"), ("review", "0020_decided_cases")]

    operations = [
        migrations.CreateModel(
            name="DecidedCaseBackfill",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("below", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_decided_case_backfill")
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop, elidable=False),
    ]
