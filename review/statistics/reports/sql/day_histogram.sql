-- Each by queue, app and label, and for whoever asks for no app without it; times also without the label.
INSERT INTO review_reportdayhistogram (day_id, kind, queue_id, app_id, label, bucket, count)
SELECT %(day)s, kind, queue_id, app_id, label, bucket, sum(count)
  FROM review_reporthistogram
 WHERE slot >= %(since)s AND slot < %(until)s AND by_id IS NULL
 GROUP BY GROUPING SETS ((kind, queue_id, app_id, label, bucket), (kind, queue_id, label, bucket), (kind, queue_id, bucket))
HAVING grouping(label) = 0 OR kind IN ('wait', 'handling')
