SELECT date_bin('15 minutes', t.entered_at, 'epoch'), t.queue_id, c.app_id, split_part(t.top_label, '/', 1),
       count(*), count(*) FILTER (WHERE t.round > 1 AND t.why->>'code' = 'task.reopened')
  FROM review_reviewtask t
  JOIN moderation_case c ON c.id = t.case_id
 WHERE t.id BETWEEN %(first)s AND %(last)s AND t.entered_at >= %(since)s AND t.entered_at < %(until)s
 GROUP BY 1, 2, 3, 4
