"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import index, queue, queue_state, queues, teams

urlpatterns = [
    path("", index.index, name="manage"),
    path("queues/", queues.page, name="manage_queues"),
    path("queues/<slug:slug>/", queue.page, name="manage_queue"),
    path("queues/<slug:slug>/changes", queue.changes, name="manage_queue_changes"),
    path("queues/<slug:slug>/pause", queue_state.pause, name="manage_queue_pause"),
    path("queues/<slug:slug>/resume", queue_state.resume, name="manage_queue_resume"),
    path("queues/<slug:slug>/close", queue_state.close, name="manage_queue_close"),
    path("queues/<slug:slug>/reopen", queue_state.reopen, name="manage_queue_reopen"),
    path("queues/<slug:slug>/jobs", queue_state.jobs, name="manage_queue_jobs"),
    path("teams/", teams.page, name="manage_teams"),
    path("teams/<int:pk>/", teams.team, name="manage_team"),
    path("teams/<int:pk>/delete", teams.delete, name="manage_team_delete"),
]
