-- Whether a task in the state {state} may be handed to %(user)s. An expired lease is simply free; so is a task whose
-- owner has left the queue or may not take such tasks any more.
({is_leased}) IS NOT TRUE
AND (task.owner_id IS NULL OR task.owner_id = %(user)s OR NOT EXISTS (
     SELECT FROM review_membership m JOIN accounts_user u ON u.id = m.user_id
      WHERE m.queue_id = task.queue_id AND m.user_id = task.owner_id AND u.is_active
        AND u.role = ANY(%({state}_takers)s)))
AND NOT EXISTS (SELECT FROM review_skip s WHERE s.task_id = task.id AND s.by_id = %(user)s)
