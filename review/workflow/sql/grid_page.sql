-- One scan of the index that has the label between the queue and the order. Grouped tasks are counted, not asked
-- whether they exist: that would be a join, for which all tasks are read.
SELECT task.id, task.rank_at
  FROM review_reviewtask task
 WHERE task.queue_id = %(queue)s AND task.top_label = %(label)s AND task.state = 'waiting'
   AND task.severity <> 'critical' AND task.id <> ALL(%(without)s)
   AND {free_to_take}
   AND 0 = (SELECT count(*) FROM review_reviewtask grouped
             WHERE grouped.grouped_with_id = task.id AND grouped.state = 'grouped' AND grouped.severity = 'critical')
 ORDER BY task.rank_at, task.id
 LIMIT %(count)s
   FOR UPDATE SKIP LOCKED
