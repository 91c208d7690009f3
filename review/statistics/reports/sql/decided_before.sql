-- The quarters in which cases that were decided in a later round at this time had been decided before.
SELECT DISTINCT date_bin('15 minutes', earlier.decided_at, 'epoch')
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id AND t.round > 1
  JOIN review_reviewtask past ON past.case_id = t.case_id AND past.round < t.round
  JOIN review_decision earlier ON earlier.task_id = past.id
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s AND earlier.decided_at < %(since)s
