-- The days before are told together: their `moment` is NULL. Moments are seconds since 1970, which cost no parsing.
SELECT kind, extract(epoch FROM moment)::bigint, is_now, queue_id, bucket, sum(count)::bigint
  FROM (SELECT kind, queue_id, bucket, count, since >= %(since)s AS is_now,
               CASE WHEN since >= %(since)s THEN since END AS moment
          FROM review_reportdayhistogram
          JOIN review_reportday day ON day.id = day_id
         WHERE day_id = ANY(%(days)s) AND kind IN ('wait', 'handling') AND queue_id = ANY(%(queues)s) AND {filter}
         UNION ALL
        SELECT kind, queue_id, bucket, count, slot >= %(since)s,
               CASE WHEN slot >= %(since)s THEN date_trunc(%(unit)s, slot, %(zone)s) END
          FROM review_reporthistogram
         WHERE {rest} AND kind IN ('wait', 'handling') AND queue_id = ANY(%(queues)s) AND {only}) AS found
 GROUP BY GROUPING SETS ((kind, moment, is_now, bucket), (kind, queue_id, is_now, bucket))
