"""Django's admin, off unless `DJANGO_ADMIN` is set: every table of ours to look at, and nothing to change."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any

from allauth.account import views as account_views
from django.apps import apps
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BinaryField, Field, Model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from accounts.roles import Permission

CAPTIONS = (gettext_noop("Model name"), gettext_noop("Add link"), gettext_noop("Change or view list link"))
"""Texts of Django's pages for screen readers that Django has not translated into Chinese."""

PACKAGES = ("accounts", "moderation", "review")
SECRET = ("password", "ciphertext", "sealed_access_key", "_sha256", "token")  # what a column's name says
MOST = 10_000  # rows that are counted


class ToLookAt(AdminSite):
    """Every page is for administrators: visitors are redirected to our login page, other users are refused."""

    site_title = site_header = _("Second Look")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Permission.ADMINISTER)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return inner(request, *args, **kwargs) if self.has_permission(request) else _refuse(request)

        return update_wrapper(guarded, inner)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("admin:index")  # which lets in, or refuses

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return account_views.logout(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        raise PermissionDenied(gettext("Administration is for administrators. One of them can change your role."))
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


class Counted(Paginator):  # type: ignore[type-arg] # generic in the stubs only
    """Counts MOST rows at most: some tables have millions."""

    @cached_property
    def count(self) -> int:
        return len(self.object_list.order_by().values_list("pk", flat=True)[:MOST])  # type: ignore[attr-defined] # rows


class ReadOnly(ModelAdmin):  # type: ignore[type-arg] # generic in the stubs only
    """One table: its rows and their columns, without secrets and pictures. Nothing is written, not even a log."""

    list_per_page = 50
    paginator = Counted
    show_full_result_count = False
    ordering = ("-pk",)
    actions = None

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [field.name for field in self.opts.concrete_fields if _is_shown(field)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, Permission.ADMINISTER)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Permission.ADMINISTER)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_shown(field: Field[Any, Any]) -> bool:
    return not isinstance(field, BinaryField) and not any(word in field.name for word in SECRET)


def read_only_site() -> ToLookAt:
    """The site with every table of ours."""
    site = ToLookAt()
    for package in PACKAGES:
        tables = apps.get_app_config(package).get_models()  # Django has no page for a row with a key of two columns
        site.register([one for one in tables if not one._meta.is_composite_pk], ReadOnly)
    return site
