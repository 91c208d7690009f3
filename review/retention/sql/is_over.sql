-- Whether nothing more is to come of the case c, and nobody holds it.
c.state <> 'queued'
AND NOT EXISTS (SELECT FROM review_reviewtask unclosed
                 WHERE unclosed.case_id = c.id AND unclosed.closed_at IS NULL)
AND NOT EXISTS (SELECT FROM moderation_delivery d WHERE d.case_id = c.id AND d.state IN ('pending', 'paused'))
AND NOT EXISTS (SELECT FROM moderation_finalresult leaving
                 WHERE leaving.case_id = c.id AND leaving.voided_at IS NULL
                   AND leaving.release_at > statement_timestamp())
AND NOT EXISTS (SELECT FROM moderation_picturefetch p WHERE p.case_id = c.id AND p.state = 'pending')
