SELECT {task}, {case}, {app}, {picture_fetch}, {queue}, {leased_by}, statement_timestamp()
  FROM review_reviewtask task
  JOIN moderation_case "case" ON "case".id = task.case_id
  JOIN accounts_app app ON app.id = "case".app_id
  JOIN review_queue queue ON queue.id = task.queue_id
  LEFT JOIN moderation_picturefetch picture_fetch ON picture_fetch.case_id = "case".id
  LEFT JOIN accounts_user leased_by ON leased_by.id = task.leased_by_id
 WHERE task.id = %(id)s
   FOR NO KEY UPDATE OF task
