"""A table whose rows processes remember says by itself that it changed, whoever changed it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION advance_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO moderation_edition AS kept (name, number)
    VALUES (TG_ARGV[0], (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    ON CONFLICT (name) DO UPDATE SET number = greatest(kept.number + 1, excluded.number);
    RETURN NULL;
END $$;
CREATE TRIGGER apps_are_remembered AFTER INSERT OR UPDATE OR DELETE ON accounts_app
    FOR EACH STATEMENT EXECUTE FUNCTION advance_edition('apps');
"""
DROP = """
DROP TRIGGER apps_are_remembered ON accounts_app;
DROP FUNCTION advance_edition();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("moderation", "0013_judged_subjects")]
    operations = [migrations.RunSQL(CREATE, DROP)]
