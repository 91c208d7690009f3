SELECT date_bin('15 minutes', l.ended_at, 'epoch'), t.queue_id, c.app_id, split_part(t.top_label, '/', 1), l.by_id,
       count(*) FILTER (WHERE l.outcome = 'skipped'), count(*) FILTER (WHERE l.outcome = 'escalated')
  FROM review_lease l
  JOIN review_reviewtask t ON t.id = l.task_id
  JOIN moderation_case c ON c.id = t.case_id
 WHERE l.id BETWEEN %(first)s AND %(last)s AND l.ended_at >= %(since)s AND l.ended_at < %(until)s
   AND l.outcome IN ('skipped', 'escalated')
 GROUP BY 1, 2, 3, 4, 5
