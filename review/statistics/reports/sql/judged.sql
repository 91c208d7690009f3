SELECT label, bucket, kind, sum(count)::bigint
  FROM review_reporthistogram
 WHERE slot >= %(since)s AND slot < %(until)s AND kind IN ('upheld', 'differed')
   AND queue_id = ANY(%(queues)s) AND {only}
 GROUP BY 1, 2, 3
