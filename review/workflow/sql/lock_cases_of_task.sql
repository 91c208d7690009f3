-- The case of a task and those of the tasks grouped with it.
SELECT id
  FROM moderation_case
 WHERE id IN (SELECT case_id FROM review_reviewtask WHERE id = %(task)s OR grouped_with_id = %(task)s)
 ORDER BY id
   FOR NO KEY UPDATE
