"""One case for each name: `{"requestId": "B_7", "btId": "7"}` and `{"requestId": "B_7"}` are about one picture.

Pairs of cases that were created for one picture before stay as they are; the later one is marked as a homonym.
"""

import django.db.models.functions.text
from django.db import migrations, models

MARK = """
UPDATE moderation_case c
   SET homonym = CASE c.bt_id WHEN '' THEN 'case ' || c.id ELSE c.bt_id END
  FROM (SELECT id, row_number() OVER (PARTITION BY app_id, full_id ORDER BY id) AS place FROM moderation_case) named
 WHERE named.id = c.id AND named.place > 1;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# The new column has rewritten the table, so that the references of changed rows are checked again; no constraint is added
# to a table as long as that is left for the end.


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_plainer_words'),
        ('moderation', '0022_blur_ladder'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='case',
            name='case_once_per_request',
        ),
        migrations.AddField(
            model_name='case',
            name='full_id',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(bt_id='', then=models.F('request_id')), default=django.db.models.functions.text.Concat(models.F('request_id'), models.Value('_'), models.F('bt_id'))), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='case',
            name='homonym',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=128),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('app', 'full_id', 'homonym'), name='case_once_per_name'),
        ),
    ]
