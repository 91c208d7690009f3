"""The JSON calls of the stage and the grid, under /review/api/. Their names are in the namespace of review.urls."""

from django.urls import path

from review.api import grid, labels, practice, same_subject, stage

urlpatterns = [
    path("labels", labels.label_search, name="label_search"),
    path("lease", stage.lease, name="lease"),
    path("renew", stage.renew, name="renew"),
    path("release", stage.release, name="release"),
    path("decide", stage.decide, name="decide"),
    path("undo", stage.undo, name="undo"),
    path("picture-again", stage.picture_again, name="picture_again"),
    path("skip", stage.skip, name="skip"),
    path("escalate", stage.escalate, name="escalate"),
    path("snooze", stage.snooze, name="snooze"),
    path("bring-back", stage.bring_back, name="bring_back_task"),
    path("assign", stage.assign, name="assign"),
    path("second-opinion", stage.second_opinion, name="second_opinion"),
    path("take-back", stage.take_back, name="take_back"),
    path("colleagues", stage.colleagues, name="colleagues"),
    path("same-subject", same_subject.others, name="same_subject"),
    path("decide-these", same_subject.decide, name="decide_these"),
    path("undo-these", same_subject.undo, name="undo_these"),
    path("preferences", stage.prefer, name="preferences"),
    path("preferences/default", stage.prefer_for_all, name="default_filter"),
    path("counts", stage.queue_counts, name="counts"),
    path("waits", stage.waits, name="waits"),
    path("practice/lease", practice.lease, name="practice_lease"),
    path("practice/renew", practice.renew, name="practice_renew"),
    path("practice/release", practice.release, name="practice_release"),
    path("practice/decide", practice.decide, name="practice_decide"),
    path("practice/undo", practice.undo, name="practice_undo"),
    path("practice/escalate", practice.escalate, name="practice_escalate"),
    path("practice/skip", practice.set_aside, name="practice_skip"),
    path("practice/snooze", practice.set_aside, name="practice_snooze"),
    path("grid/lease", grid.lease, name="grid_lease"),
    path("grid/decide", grid.decide, name="grid_decide"),
    path("grid/undo", grid.undo, name="grid_undo"),
]
