import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_people'),
        ('moderation', '0033_policy_in_shadow'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppEngine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('kind', models.CharField(choices=[('embedded', 'on this host'), ('deepcleer', 'DeepCleer'), ('rekognition', 'Amazon Rekognition'), ('http', 'an HTTP service that answers as image v4')], max_length=20, verbose_name='kind')),
                ('sealed_settings', models.TextField(editable=False)),
                ('on_failure', models.CharField(choices=[('fail', 'the call fails (code 1903)'), ('review', 'the others\' answers count, and a person looks at the picture')], default='fail', max_length=10, verbose_name='when it fails')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='engines', to='accounts.app', verbose_name='app')),
            ],
            options={
                'verbose_name': 'engine',
                'verbose_name_plural': 'engines',
                'ordering': ['app', 'order'],
                'constraints': [models.UniqueConstraint(fields=('app', 'order'), name='one_engine_at_each_place')],
            },
        ),
    ]
