from django.db import migrations

# What a machine said never changes. Where its case says that its bodies are erased, the texts may go.
OPEN = """
CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM moderation_case WHERE id = OLD.case_id AND bodies_erased_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on % is refused: its rows are a record and are never changed', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
CREATE TRIGGER machine_result_is_immutable
    BEFORE UPDATE OF id, case_id, revision, raw_sha256, shape, code, risk_level, risk_label1, risk_label2,
                     risk_label3, result_type, final_result, received_at
    ON moderation_machineresult FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER machine_result_is_kept_or_erased BEFORE UPDATE OF raw, merged, listed ON moderation_machineresult
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased();
DROP TRIGGER attempt_is_immutable ON moderation_attempt;
-- No other column is named, so that their types can still be changed.
CREATE TRIGGER attempt_is_immutable BEFORE UPDATE ON moderation_attempt
    FOR EACH ROW WHEN (to_jsonb(OLD) || '{"reply": ""}' IS DISTINCT FROM to_jsonb(NEW)) EXECUTE FUNCTION refuse_change();
"""
CLOSE = """
DROP TRIGGER attempt_is_immutable ON moderation_attempt;
CREATE TRIGGER attempt_is_immutable BEFORE UPDATE ON moderation_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP TRIGGER machine_result_is_kept_or_erased ON moderation_machineresult;
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
CREATE TRIGGER machine_result_is_immutable
    BEFORE UPDATE OF id, case_id, revision, raw, merged, raw_sha256, shape, code, risk_level, risk_label1, risk_label2,
                     risk_label3, result_type, final_result, listed, received_at
    ON moderation_machineresult FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DROP FUNCTION refuse_unless_erased();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0051_erasure")]
    operations = [migrations.RunSQL(OPEN, CLOSE)]
