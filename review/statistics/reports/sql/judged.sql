SELECT label, bucket, kind, sum(count)::bigint
  FROM (SELECT label, bucket, kind, count
          FROM review_reportdayhistogram
          JOIN review_reportday day ON day.id = day_id
         WHERE day_id = ANY(%(days)s) AND since >= %(since)s AND kind IN ('upheld', 'differed')
           AND queue_id = ANY(%(queues)s) AND {filter}
         UNION ALL
        SELECT label, bucket, kind, count
          FROM review_reporthistogram
         WHERE {rest} AND slot >= %(since)s AND kind IN ('upheld', 'differed') AND queue_id = ANY(%(queues)s) AND {only}) AS found
 GROUP BY 1, 2, 3
