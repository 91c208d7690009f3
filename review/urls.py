from django.urls import path, re_path

from review.views import pages, pictures, stage_calls, word_lists

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
    path("review/api/counts", stage_calls.queue_counts, name="counts"),
    path("review/word-lists/", word_lists.word_lists, name="word_lists"),
    path("review/word-lists/create", word_lists.create, name="create_word_list"),
    path("review/word-lists/import", word_lists.import_file, name="import_word_lists"),
    path("review/word-lists/export", word_lists.export, name="export_word_lists"),
    path("review/word-lists/try", word_lists.try_text, name="try_word_lists"),
    path("review/word-lists/<int:pk>/", word_lists.word_list, name="word_list"),
    path("review/word-lists/<int:pk>/rename", word_lists.rename, name="rename_word_list"),
    path("review/word-lists/<int:pk>/switch", word_lists.switch, name="switch_word_list"),
    path("review/word-lists/<int:pk>/delete", word_lists.delete, name="delete_word_list"),
    path("review/word-lists/<int:pk>/add", word_lists.add, name="add_listed_words"),
    path("review/word-lists/<int:pk>/remove", word_lists.remove, name="remove_listed_words"),
    path("review/word-lists/<int:pk>/import", word_lists.import_file, name="import_word_list"),
    path("review/word-lists/<int:pk>/export", word_lists.export, name="export_word_list"),
    path("review/word-lists/<int:pk>/try", word_lists.try_text, name="try_word_list"),
]
