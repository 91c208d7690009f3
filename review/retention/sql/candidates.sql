SELECT c.id, c.received_at, extract(epoch FROM statement_timestamp() - c.received_at)::float / 86400,
       coalesce(task.queue_id, decided.queue_id),
       coalesce(final.risk_label1, machine.risk_label1, ''),
       coalesce(final.risk_label2, machine.risk_label2, ''),
       coalesce(final.risk_label3, machine.risk_label3, ''),
       c.pictures_erased_at IS NULL, c.bodies_erased_at IS NULL, c.records_erased_at IS NULL,
       EXISTS (SELECT FROM moderation_picturefetch shown
                WHERE shown.case_id = c.id AND shown.picture_id IS NOT NULL),
       {is_over} AND NOT {is_held}
  FROM moderation_case c
  LEFT JOIN LATERAL (
    SELECT t.queue_id FROM review_reviewtask t WHERE t.case_id = c.id ORDER BY t.round DESC LIMIT 1
  ) task ON true
  LEFT JOIN review_decidedcase decided ON decided.case_id = c.id
  LEFT JOIN LATERAL (
    SELECT f.risk_label1, f.risk_label2, f.risk_label3
      FROM moderation_finalresult f
     WHERE f.case_id = c.id AND f.voided_at IS NULL
     ORDER BY f.revision DESC LIMIT 1
  ) final ON true
  LEFT JOIN moderation_machineresult machine ON machine.case_id = c.id AND machine.revision = c.stands_on
 WHERE (c.received_at, c.id) > (%(at)s, %(case)s)
   AND c.received_at <= statement_timestamp() - make_interval(days => %(days)s)
 ORDER BY c.received_at, c.id
 LIMIT %(limit)s
