-- The rows are locked in one order, as a batch of the intake locks them.
WITH leased AS MATERIALIZED (
    SELECT task.id
      FROM unnest(%(tasks)s::bigint[], %(tokens)s::uuid[]) AS wanted (id, token)
      JOIN review_reviewtask task ON task.id = wanted.id AND task.lease_token = wanted.token
     WHERE task.leased_by_id = %(user)s
     ORDER BY task.id
       FOR NO KEY UPDATE OF task
)
UPDATE review_reviewtask task
   SET leased_until = {lease_end}
  FROM leased, review_queue queue
 WHERE task.id = leased.id AND queue.id = task.queue_id
RETURNING task.id
