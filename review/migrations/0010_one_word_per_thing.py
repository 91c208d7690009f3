"""The words of the glossary in tables, columns and states: lease (was claim and hold), snoozed (was on hold), grouped
(was attached), SLA (was service level). The next migration puts the constraints back.
"""

from django.db import migrations

STATES = """
UPDATE review_reviewtask SET state = 'snoozed' WHERE state = 'on_hold';
UPDATE review_reviewtask SET state = 'grouped' WHERE state = 'attached';
UPDATE review_lease SET outcome = 'snoozed' WHERE outcome = 'on_hold';
"""
STATES_BACK = """
UPDATE review_reviewtask SET state = 'on_hold' WHERE state = 'snoozed';
UPDATE review_reviewtask SET state = 'attached' WHERE state = 'grouped';
UPDATE review_lease SET outcome = 'on_hold' WHERE outcome = 'snoozed';
"""
# A saved view is a query string, remapped keys are {act: [key]}.
SAVED = """
UPDATE review_savedview SET query = regexp_replace(query, '(^|&)state={0}(?=&|$)', '\\1state={1}')
 WHERE query ~ '(^|&)state={0}(&|$)';
"""
# Here, because an earlier migration of this app still calls it by its old name.
FUNCTION = "ALTER FUNCTION advance_{0}() RENAME TO advance_{1};"
KEYS = "UPDATE review_preferences SET keys = keys - '{0}' || jsonb_build_object('{1}', keys->'{0}') WHERE keys ? '{0}';"
WORDS = [
    ("held", "leased"),
    ("on_hold", "snoozed"),
    ("attached", "grouped"),
    ("answer_held", "answer_paused"),
]


class Migration(migrations.Migration):
    dependencies = [("review", "0009_queues_are_remembered"), ("moderation", "0015_one_word_per_thing")]
    operations = [
        migrations.RemoveConstraint("queue", "queue_service_level"),
        migrations.RemoveConstraint("reviewtask", "task_hold_is_whole"),
        migrations.RemoveConstraint("reviewtask", "task_closed_when_over"),
        migrations.RemoveConstraint("reviewtask", "attached_task_is_not_held"),
        migrations.RemoveIndex("reviewtask", "task_held_by"),
        migrations.RemoveIndex("reviewtask", "task_on_hold"),
        migrations.RemoveIndex("reviewtask", "task_of_stream"),
        migrations.RemoveIndex("claim", "claim_by_person"),
        migrations.RemoveConstraint("claim", "one_open_claim_per_task"),
        migrations.RemoveConstraint("claim", "claim_outcome_when_ended"),
        migrations.RemoveConstraint("practicesitting", "one_open_practice_sitting"),
        migrations.RemoveConstraint("practiceanswer", "practice_answer_once"),
        migrations.RenameModel("Claim", "Lease"),
        migrations.RenameField("lease", "hold_token", "lease_token"),
        migrations.RenameField("lease", "claimed_at", "leased_at"),
        migrations.RenameModel("PracticeSitting", "PracticeSession"),
        migrations.RenameField("practicesession", "hold_token", "lease_token"),
        migrations.RenameField("practiceanswer", "sitting", "session"),
        migrations.RenameField("queue", "service_level_minutes", "sla_minutes"),
        migrations.RenameField("reviewtask", "held_by", "leased_by"),
        migrations.RenameField("reviewtask", "held_until", "leased_until"),
        migrations.RenameField("reviewtask", "hold_token", "lease_token"),
        migrations.RenameField("reviewtask", "attached_to", "grouped_with"),
        migrations.RunSQL(STATES, STATES_BACK),
        migrations.RunSQL(
            FUNCTION.format("edition", "cache_version"), FUNCTION.format("cache_version", "edition")
        ),
        *(migrations.RunSQL(SAVED.format(old, new), SAVED.format(new, old)) for old, new in WORDS),
        migrations.RunSQL(KEYS.format("hold", "snooze"), KEYS.format("snooze", "hold")),
    ]
