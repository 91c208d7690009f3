-- Lease the first {count} of the tasks that {heads} finds and locks. Whoever held one before let the lease run out: the
-- row of that lease ends before the new one begins, since a task has one open lease at a time.
WITH heads AS MATERIALIZED ({heads}),
     picked AS (SELECT id FROM heads ORDER BY rank_at, id LIMIT {count}),
     taken AS (
        UPDATE review_reviewtask task
           SET leased_by_id = %(user)s, lease_token = gen_random_uuid(), leased_until = {lease_end}
          FROM picked, review_queue queue
         WHERE task.id = picked.id AND queue.id = task.queue_id
     RETURNING task.id, task.lease_token, task.machine_revision),
     expired AS (
        UPDATE review_lease lease
           SET ended_at = statement_timestamp(), outcome = 'expired'
          FROM taken
         WHERE lease.task_id = taken.id AND lease.ended_at IS NULL
     RETURNING lease.id)
INSERT INTO review_lease (task_id, by_id, lease_token, machine_revision, leased_at, outcome)
SELECT id, %(user)s, lease_token, machine_revision, statement_timestamp(), ''
  FROM taken
 WHERE (SELECT count(*) FROM expired) IS NOT NULL
RETURNING task_id, lease_token
