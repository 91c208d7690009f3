import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0049_indexes_of_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecretKeyFingerprint',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('fingerprint', models.CharField(max_length=64)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
    ]
