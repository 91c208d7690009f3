"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import audit, index

urlpatterns = [
    path("", index.index, name="manage"),
    path("audit/", audit.page, name="manage_audit"),
    path("audit/verify", audit.verify, name="manage_audit_verify"),
    path("audit/export", audit.export, name="manage_audit_export"),
]
