"""Which machine result a case stands on, a reviewer's body merged with the machine's, when a request was completed.

What a machine result says never changes; where policy routed it does, when its request comes later.
"""

from django.db import migrations, models

# The newest evidence that was there when the case was decided, else the newest of all.
STAND = """
UPDATE moderation_case c
   SET stands_on = standing.revision
  FROM (SELECT DISTINCT ON (m.case_id) m.case_id, m.revision
          FROM moderation_machineresult m
          LEFT JOIN LATERAL (
            SELECT max(f.decided_at) AS at FROM moderation_finalresult f
             WHERE f.case_id = m.case_id AND f.voided_at IS NULL) decided ON true
         WHERE m.case_id IN (SELECT case_id FROM moderation_machineresult WHERE revision > 1)
         ORDER BY m.case_id, m.code = 1100 DESC,
                  m.shape NOT IN ('human_combined', 'human_plain')
                  AND NOT (m.result_type = 1 AND m.final_result = 1 AND m.risk_level IN ('PASS', 'REJECT')) DESC,
                  decided.at IS NULL OR m.received_at <= decided.at DESC, m.revision DESC) standing
 WHERE standing.case_id = c.id AND standing.revision <> c.stands_on
"""
ROUTES_MAY_CHANGE = """
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
CREATE TRIGGER machine_result_is_immutable
    BEFORE UPDATE OF id, case_id, revision, raw, merged, raw_sha256, shape, code, risk_level, risk_label1, risk_label2,
                     risk_label3, result_type, final_result, listed, received_at
    ON moderation_machineresult FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
NOTHING_MAY_CHANGE = """
DROP TRIGGER machine_result_is_immutable ON moderation_machineresult;
CREATE TRIGGER machine_result_is_immutable BEFORE UPDATE ON moderation_machineresult
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0023_names_of_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='completed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='stands_on',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='machineresult',
            name='merged',
            field=models.TextField(null=True),
        ),
        migrations.RunSQL(STAND, migrations.RunSQL.noop),
        migrations.RunSQL(ROUTES_MAY_CHANGE, NOTHING_MAY_CHANGE),
    ]
