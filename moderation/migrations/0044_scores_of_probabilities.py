from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("moderation", "0043_shadow_runs")]

    operations = [
        migrations.RemoveConstraint("labelscore", "label_score_of_a_probability"),
        migrations.AddConstraint(
            "labelscore",
            models.CheckConstraint(
                condition=Q(score=None, probability=None)
                | Q(score__isnull=False, score__gte=0, score__lte=1000)
                & Q(probability__isnull=False, probability__gte=0, probability__lte=1),
                name="label_score_of_a_probability",
            ),
        ),
    ]
