-- The first task of the queue that this person could be handed, whatever its label.
SELECT task.id
  FROM review_reviewtask task
 WHERE task.queue_id = %(queue)s AND task.state = 'waiting' AND task.id <> ALL(%(without)s)
   AND {free_to_take}
 ORDER BY task.rank_at, task.id
 LIMIT 1
