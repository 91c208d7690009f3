from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0053_pictures_by_file")]

    operations = [
        migrations.AddField("triedpicture", "only_answered", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("triedpicture", "judged", models.JSONField(null=True)),
        migrations.AddField(
            "triedpicture", "shown", models.CharField(blank=True, db_default="", default="", max_length=160)
        ),
    ]
