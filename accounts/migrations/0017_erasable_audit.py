from django.db import migrations

# An event stays as it is, but its details may be replaced by the word that they were erased, and by nothing else.
OPEN = """
DROP TRIGGER audit_is_append_only ON accounts_auditevent;
CREATE TRIGGER audit_is_append_only
    BEFORE DELETE OR TRUNCATE OR UPDATE OF id, at, by_id, by_name, action, on_type, on_id ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_details_are_kept_or_erased BEFORE UPDATE OF details ON accounts_auditevent
    FOR EACH ROW WHEN (NEW.details IS DISTINCT FROM '{"erased": true}'::jsonb) EXECUTE FUNCTION refuse_change();
"""
CLOSE = """
DROP TRIGGER audit_details_are_kept_or_erased ON accounts_auditevent;
DROP TRIGGER audit_is_append_only ON accounts_auditevent;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_gateway")]
    operations = [migrations.RunSQL(OPEN, CLOSE)]
