-- Open tasks in %(state)s that nobody takes any more: everybody of the roles %(wanted)s who is left in the queue has
-- skipped them. It starts from the skips, which are few, since those of closed tasks are forgotten.
SELECT task.id
  FROM (SELECT DISTINCT task_id FROM review_skip) AS skipped
  JOIN review_reviewtask task ON task.id = skipped.task_id
 WHERE task.state = %(state)s AND ({is_leased}) IS NOT TRUE
   AND (%(state)s = 'waiting' OR EXISTS (
        SELECT FROM review_membership m JOIN accounts_user u ON u.id = m.user_id
         WHERE m.queue_id = task.queue_id AND NOT m.practises AND u.is_active AND u.role = ANY(%(wanted)s)))
   AND NOT EXISTS (
        SELECT FROM review_membership m JOIN accounts_user u ON u.id = m.user_id
         WHERE m.queue_id = task.queue_id AND NOT m.practises AND u.is_active
           AND (m.user_id = task.owner_id AND u.role = ANY(%(takers)s)
                OR u.role = ANY(%(wanted)s)
                   AND NOT EXISTS (SELECT FROM review_skip s WHERE s.task_id = task.id AND s.by_id = m.user_id)))
 LIMIT %(most)s
