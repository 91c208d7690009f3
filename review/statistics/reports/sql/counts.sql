-- Sums of the days and of the days before, by day or hour, queue, label and app at once. `is_now` is NULL where it does not group.
SELECT grouping(queue_id, label, app_id, moment), moment, is_now, queue_id, label, app_id, {sums}
  FROM (SELECT *, slot >= %(since)s AS is_now, date_trunc(%(unit)s, slot, %(zone)s) AS moment
          FROM review_reportcount
         WHERE slot >= %(before_since)s AND slot < %(until)s
           AND (slot >= %(since)s OR slot < %(before_until)s)
           AND queue_id = ANY(%(queues)s) AND {only}) AS found
 GROUP BY GROUPING SETS ((moment, is_now), (queue_id, is_now), (moment, is_now, queue_id), (label, is_now), (app_id, is_now))
