from django.urls import path, re_path

from review.views import case, cases, label_search, labels, mine, pages, pictures, quarantine, stage_calls

app_name = "review"
urlpatterns = [
    path("", pages.home, name="home"),
    path("review/", pages.stage, name="stage"),
    path("review/queues/<slug:slug>/", pages.stage, name="stage_of"),
    path("review/mine/", mine.mine, name="mine"),
    path("review/escalated/", mine.escalated, name="escalated"),
    path("review/cases/", cases.cases, name="cases"),
    path("review/cases/views/", cases.save_view, name="save_view"),
    path("review/cases/views/<int:view_id>/delete", cases.delete_view, name="delete_view"),
    re_path(r"^review/cases/(?P<case_id>\d{1,18})/$", case.case, name="case"),
    re_path(r"^review/cases/(?P<case_id>\d{1,18})/reopen$", case.reopen, name="reopen"),
    re_path(r"^review/cases/(?P<case_id>\d{1,18})/assign$", case.assign, name="assign_case"),
    re_path(
        rf"^review/pictures/(?P<case_id>\d{{1,18}})/(?P<rendition>{'|'.join(pictures.RENDITIONS)})$",
        pictures.picture,
        name="picture",
    ),
    path("review/quarantine/", quarantine.listed, name="quarantine"),
    path("review/quarantine/replay", quarantine.replay_all, name="quarantine_replay_all"),
    path("review/quarantine/<int:pk>/", quarantine.one, name="quarantined"),
    path("review/quarantine/<int:pk>/replay", quarantine.replay, name="quarantined_replay"),
    path("review/quarantine/<int:pk>/replay-edited", quarantine.replay_edited, name="quarantined_replay_edited"),
    path("review/quarantine/<int:pk>/dismiss", quarantine.dismiss, name="quarantined_dismiss"),
    path("review/labels/", labels.page, name="labels"),
    path("review/labels/<int:pk>/", labels.row, name="label"),
    path("review/api/labels", label_search.label_search, name="label_search"),
    path("review/api/lease", stage_calls.lease, name="lease"),
    path("review/api/renew", stage_calls.renew, name="renew"),
    path("review/api/release", stage_calls.release, name="release"),
    path("review/api/decide", stage_calls.decide, name="decide"),
    path("review/api/undo", stage_calls.undo, name="undo"),
    path("review/api/skip", stage_calls.skip, name="skip"),
    path("review/api/escalate", stage_calls.escalate, name="escalate"),
    path("review/api/hold", stage_calls.hold, name="hold"),
    path("review/api/assign", stage_calls.assign, name="assign"),
    path("review/api/second-opinion", stage_calls.second_opinion, name="second_opinion"),
    path("review/api/counts", stage_calls.queue_counts, name="counts"),
]
