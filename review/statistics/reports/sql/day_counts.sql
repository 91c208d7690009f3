INSERT INTO review_reportdaycount (day_id, queue_id, app_id, label, {columns})
SELECT %(day)s, queue_id, app_id, label, {sums}
  FROM review_reportcount
 WHERE slot >= %(since)s AND slot < %(until)s AND by_id IS NULL
 GROUP BY queue_id, app_id, label
