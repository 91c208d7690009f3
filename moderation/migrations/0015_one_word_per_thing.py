"""The words of the glossary in columns and states: lease (was claim), paused (was held), cache version (was edition)."""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION advance_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {table} AS kept (name, number)
    VALUES (TG_ARGV[0], (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    ON CONFLICT (name) DO UPDATE SET number = greatest(kept.number + 1, excluded.number);
    RETURN NULL;
END $$;
"""
FORWARD = FUNCTION.format(table="moderation_cacheversion")
BACKWARD = FUNCTION.format(table="moderation_edition")
PAUSED = "UPDATE moderation_delivery SET state = 'paused' WHERE state = 'held';"
HELD = "UPDATE moderation_delivery SET state = 'held' WHERE state = 'paused';"


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_editions_of_tables")]
    operations = [
        migrations.RemoveConstraint("delivery", "delivery_ended_when_over"),
        migrations.RemoveIndex("delivery", "delivery_unfinished_of_case"),
        migrations.RenameField("delivery", "claim_token", "lease_token"),
        migrations.RenameField("delivery", "claimed_until", "leased_until"),
        migrations.RenameField("picturefetch", "claimed_until", "leased_until"),
        migrations.RunSQL(PAUSED, HELD),
        migrations.AlterField(
            "delivery",
            "state",
            models.CharField(
                choices=[
                    ("pending", "on its way"),
                    ("delivered", "delivered"),
                    ("paused", "paused: its endpoint is"),
                    ("dead", "given up"),
                    ("cancelled", "cancelled"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(
                condition=models.Q(("state__in", ["pending", "paused"])),
                fields=["case", "endpoint", "revision"],
                name="delivery_unfinished_of_case",
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state__in", ["pending", "paused"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["delivered", "dead", "cancelled"])),
                    _connector="OR",
                ),
                name="delivery_ended_when_over",
            ),
        ),
        migrations.AlterField(
            model_name='endpoint',
            name='state',
            field=models.CharField(choices=[('enabled', 'enabled'), ('paused', 'paused: deliveries wait'), ('disabled', 'disabled: the receiver answered 410 Gone'), ('deleted', 'deleted')], default='enabled', max_length=10, verbose_name='state'),
        ),
        migrations.RenameModel("Edition", "CacheVersion"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
