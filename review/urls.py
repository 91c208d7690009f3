from django.urls import path, re_path

from review.views import pages, pictures, rules, stage_calls

app_name = "review"
urlpatterns = [
    path("", pages.home, name="home"),
    path("review/", pages.stage, name="stage"),
    path("review/queues/<slug:slug>/", pages.stage, name="stage_of"),
    path("review/rules/", rules.index, name="rules"),
    path("review/rules/<int:number>/", rules.show, name="rules_version"),
    path("review/rules/<int:number>/edit/", rules.edit, name="rules_edit"),
    path("review/rules/<int:number>/try/", rules.try_out, name="rules_try"),
    path("review/rules/<int:number>/in-force/", rules.put_in_force, name="rules_put_in_force"),
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
    path("review/api/counts", stage_calls.queue_counts, name="counts"),
]
