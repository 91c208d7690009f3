from django.urls import path, re_path

from review.views import pages, pictures, stage_calls

app_name = "review"
urlpatterns = [
    path("", pages.home, name="home"),
    path("review/", pages.stage, name="stage"),
    path("review/queues/<slug:slug>/", pages.stage, name="stage_of"),
    re_path(
        rf"^review/pictures/(?P<case_id>\d{{1,18}})/(?P<rendition>{'|'.join(pictures.RENDITIONS)})$",
        pictures.picture,
        name="picture",
    ),
    path("review/api/lease", stage_calls.lease, name="lease"),
    path("review/api/renew", stage_calls.renew, name="renew"),
    path("review/api/release", stage_calls.release, name="release"),
    path("review/api/decide", stage_calls.decide, name="decide"),
    path("review/api/undo", stage_calls.undo, name="undo"),
    path("review/api/skip", stage_calls.skip, name="skip"),
    path("review/api/escalate", stage_calls.escalate, name="escalate"),
    path("review/api/hold", stage_calls.hold, name="hold"),
    path("review/api/preferences", stage_calls.prefer, name="preferences"),
    path("review/api/preferences/default", stage_calls.prefer_for_all, name="default_filter"),
    path("review/api/counts", stage_calls.queue_counts, name="counts"),
]
