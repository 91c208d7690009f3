-- Tasks with all that the stage shows of them, in the order of their queues.
SELECT {task}, {case}, {app}, {picture_fetch}, {picture}, {queue}, {leased_by}, {noted_by}
  FROM review_reviewtask task
  JOIN moderation_case "case" ON "case".id = task.case_id
  JOIN accounts_app app ON app.id = "case".app_id
  JOIN review_queue queue ON queue.id = task.queue_id
  LEFT JOIN moderation_picturefetch picture_fetch ON picture_fetch.case_id = "case".id
  LEFT JOIN moderation_picture picture ON picture.sha256 = picture_fetch.picture_id
  LEFT JOIN accounts_user leased_by ON leased_by.id = task.leased_by_id
  LEFT JOIN accounts_user noted_by ON noted_by.id = task.noted_by_id
 WHERE task.id IN ({ids})
 ORDER BY task.rank_at, task.id
