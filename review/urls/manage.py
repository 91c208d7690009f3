"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import index

urlpatterns = [
    path("", index.index, name="manage"),
]
