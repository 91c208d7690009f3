from django.db import migrations

# The table of Django's database cache (settings.CACHES), so that `migrate` is all an installation needs.
CREATE = """
CREATE TABLE cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL
);
CREATE INDEX cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only_audit")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE cache;")]
