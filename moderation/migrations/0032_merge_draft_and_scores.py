from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0031_policy_draft'),
        ('moderation', '0031_scores_as_rows'),
    ]

    operations = []
