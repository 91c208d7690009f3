-- Sums of the days and of the days before, by day or hour, queue, label and app at once. `is_now` is NULL where it does not group.
SELECT grouping(queue_id, label, app_id, moment), moment, is_now, queue_id, label, app_id, {sums}
  FROM (SELECT queue_id, label, app_id, {columns}, since >= %(since)s AS is_now, since AS moment
          FROM review_reportdaycount
          JOIN review_reportday day ON day.id = day_id
         WHERE day_id = ANY(%(days)s) AND queue_id = ANY(%(queues)s) AND {filter}
         UNION ALL
        SELECT queue_id, label, app_id, {columns}, slot >= %(since)s, date_trunc(%(unit)s, slot, %(zone)s)
          FROM review_reportcount
         WHERE {rest} AND queue_id = ANY(%(queues)s) AND {only}) AS found
 GROUP BY GROUPING SETS ((moment, is_now), (queue_id, is_now), (moment, is_now, queue_id), (label, is_now), (app_id, is_now))
