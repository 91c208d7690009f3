"""Django's admin as a thin interface for administrators: forms parse, our functions check, write and audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import update_wrapper
from typing import Any, ClassVar

from allauth.account import views as account_views
from django import forms
from django.contrib.admin import AdminSite, ModelAdmin, TabularInline
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts import new_secrets
from accounts.models import User
from accounts.new_secrets import NewSecret
from accounts.permissions import NotAllowed, may
from accounts.roles import Permission
from accounts.versions import Conflict, Edited, page_forms
from accounts.versions.forms import FIELD, merge

CAPTIONS = (gettext_noop("Model name"), gettext_noop("Add link"), gettext_noop("Change or view list link"))
"""Texts of Django's pages for screen readers that Django has not translated into Chinese."""


AUDIT_PAGES = {  # by name and app; the first two lead to the others
    *(("index", ""), ("app_list", "accounts")),
    *(("accounts_auditevent_changelist", ""), ("accounts_auditevent_change", "")),
}


class Administration(AdminSite):
    """Every page is for administrators, those of the audit also for auditors: visitors are redirected to our login
    page, other users are refused.
    """

    site_title = site_header = _("Second Look")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        is_of_audit = match and (match.url_name, match.kwargs.get("app_label", "")) in AUDIT_PAGES
        return may(request.user, Permission.READ_AUDIT if is_of_audit else Permission.ADMINISTER)

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


site = Administration()
site.disable_action("delete_selected")


class Moment(forms.DateTimeInput):
    """Date and time in one native browser field."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Checkboxes(forms.CheckboxSelectMultiple):
    """Multiple choice in a scrolling list of checkboxes."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"class": "many"} | (attrs or {}))


class Rows(TabularInline):  # type: ignore[type-arg] # generic in the stubs only
    """Tabular inline whose inputs are labelled by their column, for screen readers."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        class Named(super().get_formset(request, obj, **kwargs)):  # type: ignore[misc] # made from what Django made
            def add_fields(self, form: Any, index: int | None) -> None:
                super().add_fields(form, index)
                for shown in form.visible_fields():
                    shown.field.widget.attrs["aria-label"] = shown.label

        return Named


class Door(ModelAdmin):  # type: ignore[type-arg] # generic in the stubs only
    """Forms parse, `save_model` and `save_related` call our functions; Django's admin itself writes nothing.

    A refusal is shown as a form error, and the form keeps its input. The audit log is the only history. `edited` is
    what the form changes: after a colleague's change it is merged, and shown again before it is saved.
    """

    change_form_template = "admin/versioned_form.html"
    edited: ClassVar[Edited | None] = None

    formfield_overrides: ClassVar = {  # Django's own two fields for a moment have one label between them
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": Moment},
    }
    refusals: ClassVar[tuple[type[Exception], ...]] = (ValueError, NotAllowed, IntegrityError)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            if request.method == "POST":
                self.check_version(request, *args, **kwargs)
            return super().changeform_view(request, *args, **kwargs)
        except self.refusals as refusal:
            if request.method != "POST":
                raise
            if isinstance(refusal, Conflict):
                request.POST = self.merged(request, refusal, *args, **kwargs)  # type: ignore[assignment] # may be set
            request.refusal = explain(refusal)  # type: ignore[attr-defined] # from here to get_form
            return super().changeform_view(request, *args, **kwargs)

    def check_version(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Look before the form is read: it may name rows that are gone. The verb looks again, under its lock."""
        found = self.get_object(request, object_id) if self.edited and object_id else None
        if self.edited and found:
            self.edited.check(version_of(request), found)

    def merged(
        self, request: HttpRequest, conflict: Conflict, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> QueryDict:
        obj = self.get_object(request, str(object_id))
        sent = merge(request.POST, self.get_form(request, obj, change=True).base_fields, conflict)
        if self.edited and obj:
            sent[FIELD] = self.edited.version(obj)
        return sent

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """The version that the form was opened on: after an ordinary refusal still the one that was sent."""
        if self.edited and obj:
            context["version"] = version_of(request) if request.method == "POST" else self.edited.version(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """A secret that was made is in this answer, and nowhere else."""
        made: list[NewSecret] = getattr(request, "new_secrets", [])
        return self.show_secrets(request, made) if made else super().response_add(request, obj, post_url_continue)

    def show_secrets(self, request: HttpRequest, made: Sequence[NewSecret]) -> HttpResponse:
        changelist = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return new_secrets.page(request, made, back=changelist)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: Django would write the many-to-many fields here, which `save_model` has done."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        thing = {"on_type": self.opts.model_name, "on_id": object_id}
        return redirect(reverse("admin:accounts_auditevent_changelist", query=thing))

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Not written: our audit event records more."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Not written: our audit event records more."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Not written: our audit event records more."""


def actor(request: HttpRequest) -> User:
    """The administrator who acts; other users cannot open the site."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def keep_for_answer(request: HttpRequest, kind: str, owner: str, value: str) -> None:
    """Keep a new secret for the answer to this request."""
    request.new_secrets = [NewSecret(kind, owner, value)]  # type: ignore[attr-defined] # from here to response_add


def version_of(request: HttpRequest) -> str:
    """The version that the form was opened on; "" is none of ours, and refused."""
    return request.POST.get(FIELD, "")


def codes(values: Iterable[str]) -> SafeString:
    """Identifiers of the API as `<code>`: they are the same in every language."""
    return format_html_join(", ", "<code>{}</code>", ((value,) for value in values))


def explain(refusal: Exception) -> str | tuple[str, ...]:
    return refusal.sentences if isinstance(refusal, Conflict) else page_forms.explain(refusal)


def _refused(form: type[forms.ModelForm[Any]], refusal: str | tuple[str, ...]) -> type[forms.ModelForm[Any]]:
    class RefusedForm(form):  # type: ignore[misc, valid-type] # made from what Django made
        def clean(self) -> None:
            raise ValidationError(list(refusal) if isinstance(refusal, tuple) else refusal)

    return RefusedForm
