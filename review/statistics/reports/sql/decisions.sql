-- Every decision of a time, undone ones included, with what the reports count of it. `score` is that of the machine's
-- own label, from bodies in the common form; others have none here.
SELECT d.decided_at, t.queue_id, c.app_id, split_part(t.top_label, '/', 1), d.by_id, d.verdict,
       coalesce(d.grid_page::text, d.seen->>'alongWith', d.id::text),
       d.undone_at IS NOT NULL,
       EXISTS (SELECT FROM review_reviewtask later
                 JOIN review_decision anew ON anew.task_id = later.id AND anew.undone_at IS NULL
                WHERE later.case_id = t.case_id AND later.round > t.round),
       1 + (SELECT count(*) FROM review_reviewtask other WHERE other.grouped_with_id = t.id AND other.state = 'decided'),
       extract(epoch FROM d.decided_at - t.entered_at)::float,
       d.decided_at <= t.due_at,
       d.elapsed_ms,
       CASE WHEN m.shape = 'image_v4' AND pg_input_is_valid(coalesce(m.merged, m.raw), 'jsonb') THEN (
           SELECT max(round(1000 * (label->>'probability')::numeric))::int
             FROM jsonb_path_query(coalesce(m.merged, m.raw)::jsonb, 'strict $.allLabels[*]', '{}', true) AS label
            WHERE jsonb_typeof(label->'probability') = 'number'
              AND (label->>'probability')::numeric BETWEEN 0 AND 1
              AND label->>'riskLabel1' = m.risk_label1
              AND coalesce(label->>'riskLabel2', '') = m.risk_label2
              AND coalesce(label->>'riskLabel3', '') = m.risk_label3
       ) END,
       coalesce(f.risk_label1, '')
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id
  JOIN moderation_case c ON c.id = t.case_id
  LEFT JOIN moderation_machineresult m ON m.case_id = t.case_id AND m.revision = t.machine_revision
  LEFT JOIN moderation_finalresult f ON f.decision_id = d.id AND f.case_id = t.case_id
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s
 ORDER BY d.decided_at, d.id
