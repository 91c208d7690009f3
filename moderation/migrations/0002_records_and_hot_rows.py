from django.db import migrations

CREATE = """
CREATE TRIGGER machine_result_is_immutable BEFORE UPDATE ON moderation_machineresult
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempt_is_immutable BEFORE UPDATE ON moderation_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Rows that change several times in a short life: leave room on their pages, and clear up early.
ALTER TABLE moderation_delivery SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE moderation_picturefetch SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
"""
DROP = """
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
DROP TRIGGER attempt_is_immutable ON moderation_attempt;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial"), ("accounts", "0002_append_only_audit")]
    operations = [migrations.RunSQL(CREATE, DROP)]
