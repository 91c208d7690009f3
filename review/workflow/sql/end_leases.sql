UPDATE review_lease
   SET ended_at = statement_timestamp(), outcome = %(outcome)s
 WHERE task_id = ANY(%(tasks)s::bigint[]) AND ended_at IS NULL
RETURNING machine_revision
