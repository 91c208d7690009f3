from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("moderation", "0015_one_word_per_thing")]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="incomplete",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="picture",
            name="files_lost",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="picturefetch",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("key", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("stored_at", models.DateTimeField(db_default=Now(), db_index=True)),
            ],
        ),
        migrations.AlterField(
            model_name="picturefetch",
            name="upload",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
    ]
