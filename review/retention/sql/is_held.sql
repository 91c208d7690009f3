EXISTS (SELECT FROM moderation_legalhold h WHERE h.case_id = c.id AND h.lifted_at IS NULL)
