from django.conf import settings
from django.db import migrations, models

from moderation.contract import json_text
from moderation.contract.parse import read_result, root
from moderation.policy import BUILT_IN_TAXONOMY, Taxonomy, worst_label
from moderation.policy.taxonomy import Named

AT_ONCE = 2000
OPEN = ("waiting", "attached", "escalated", "on_hold")


def rate_open_tasks(apps, schema_editor):
    """How severe the worst label of each open task is, as labels are rated now; and no grid, until an administrator
    wants one, where critical pictures wait: most of its pages would end at one of them.
    """
    ReviewTask, MachineResult = apps.get_model("review", "ReviewTask"), apps.get_model("moderation", "MachineResult")
    taxonomy = _taxonomy(apps.get_model("moderation", "Label"))
    last = 0
    while True:
        after = ReviewTask.objects.filter(state__in=OPEN, pk__gt=last).order_by("pk")[:AT_ONCE]
        tasks = {(case, revision): pk for pk, case, revision in after.values_list("pk", "case_id", "machine_revision")}
        if not tasks:
            break
        last = max(tasks.values())
        results = MachineResult.objects.filter(case__in={case for case, _ in tasks})
        rated = {}
        for case, revision, raw in results.values_list("case_id", "revision", "raw"):
            if (case, revision) in tasks:
                worst = worst_label(read_result(root(json_text.loads(raw.encode()))), taxonomy)
                rated.setdefault(worst[1] if worst else "", []).append(tasks[case, revision])
        for severity, found in rated.items():
            ReviewTask.objects.filter(pk__in=found).update(severity=severity)
    critical = ReviewTask.objects.filter(severity="critical").values("queue")
    apps.get_model("review", "Queue").objects.filter(pk__in=critical).update(grid=False)


def _taxonomy(Label):
    columns = ("risk_label1", "risk_label2", "risk_label3", "severity")
    rows = Label.objects.filter(severity__isnull=False).values_list(*columns)
    rated = {(one, two, three): Named(severity=severity) for one, two, three, severity in rows}
    return Taxonomy(dict(BUILT_IN_TAXONOMY.labels) | rated)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0011_names_in_words"),
        ("review", "0007_practice_and_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="grid_page",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="queue",
            name="grid",
            field=models.BooleanField(default=True, help_text="Offer pages of pictures that are suspected of one label, where people mark the exceptions. Needs both verdicts and rejections without a note. Pictures with a critical label are always judged singly.", verbose_name="grid"),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="severity",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.RunPython(rate_open_tasks, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(condition=models.Q(("grid_page__isnull", False)), fields=["grid_page"], name="decision_of_grid_page"),
        ),
        migrations.AddIndex(
            model_name="reviewtask",
            index=models.Index(condition=models.Q(("state", "waiting"), models.Q(("severity", "critical"), _negated=True)), fields=["queue", "top_label", "rank_at", "id"], name="task_grid"),
        ),
    ]
