-- The first {count} tasks of each queue. The head of each queue is one index scan of its own, so that a rare queue is
-- as fast as a common one; a global order filtered by queue would walk over the other queues' rows.
SELECT head.id, head.rank_at
  FROM (VALUES {queues}) AS queue (id)
 CROSS JOIN LATERAL (
    SELECT task.id, task.rank_at
      FROM review_reviewtask task
     WHERE task.queue_id = queue.id AND task.state = '{state}' AND {free_to_take}
     ORDER BY task.rank_at, task.id
     LIMIT {count}
       FOR UPDATE SKIP LOCKED
 ) AS head
