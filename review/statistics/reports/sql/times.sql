SELECT kind, moment, is_now, queue_id, bucket, sum(count)::bigint
  FROM (SELECT kind, queue_id, bucket, count, slot >= %(since)s AS is_now, date_trunc(%(unit)s, slot, %(zone)s) AS moment
          FROM review_reporthistogram
         WHERE slot >= %(before_since)s AND slot < %(until)s
           AND (slot >= %(since)s OR slot < %(before_until)s)
           AND kind IN ('wait', 'handling') AND queue_id = ANY(%(queues)s) AND {only}) AS found
 GROUP BY GROUPING SETS ((kind, moment, is_now, bucket), (kind, queue_id, is_now, bucket))
