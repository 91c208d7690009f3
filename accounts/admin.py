"""People, apps, access keys and the audit, for administrators."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access_keys, audit_log, people, registration
from accounts.admin_site import Door, actor, codes, keep_for_answer, site, version_of
from accounts.models import AccessKey, App, AuditEvent, User
from accounts.permissions import may
from accounts.roles import Permission


class PersonForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Empty: as it is; a new person cannot sign in until one is set."),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()  # as it is stored, so that uniqueness is checked on that

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django's hook for what needs the filled-in instance
        password = self.cleaned_data.get("new_password")
        try:
            validate_password(password, self.instance) if password else None
        except ValidationError as error:
            self.add_error("new_password", error)


@admin.register(User, site=site)
class PeopleAdmin(Door):
    form = PersonForm
    edited = people.EDITED
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return ["email", "name", "role", *(["is_active"] if obj else []), "new_password"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["email"] if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, password = actor(request), form.cleaned_data["new_password"]
        if not change:
            obj.pk = people.add(email=obj.email, name=obj.name, role=obj.role, password=password or None, by=by).pk
            return
        if set(form.changed_data) - {"new_password"}:
            people.change(
                obj,
                by=by,
                name=obj.name,
                role=obj.role,
                is_active=obj.is_active,
                expected_version=version_of(request),
            )
        if password:
            people.set_password(obj, password, by=by)


@admin.register(App, site=site)
class AppAdmin(Door):
    edited = registration.EDITED
    fields = ("app_id", "name", "locations_count_in", "allows_ignore_tls")
    list_display = ("app_id", "name", "locations_count_in", "allows_ignore_tls")
    search_fields = ("app_id", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: App | None = None) -> list[str]:
        return ["app_id"] if obj else []

    def save_model(self, request: HttpRequest, obj: App, form: Any, change: bool) -> None:
        if change:
            registration.change_app(obj, by=actor(request), expected_version=version_of(request))
        else:
            registration.register_app(obj, by=actor(request))


class AccessKeyForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=AccessKey.Scope.choices, widget=forms.CheckboxSelectMultiple
    )


@admin.register(AccessKey, site=site)
class AccessKeyAdmin(Door):
    """A key is issued and later revoked; nothing about it changes."""

    form = AccessKeyForm
    fields = ("name", "app", "scopes", "rate_per_second", "burst", "expires_at")
    list_display = (
        "name",
        "hint",
        "app",
        "may",
        "rate_per_second",
        "burst",
        "created_at",
        "created_by",
        "expires_at",
        "revoked_at",
    )
    list_select_related = ("app", "created_by")
    search_fields = ("name", "hint")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: AccessKey | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: AccessKey | None = None) -> Any:
        return [{"scopes": "may"}.get(field, field) if obj else field for field in self.fields]

    @admin.display(description=_("Scopes"), ordering="scopes")
    def may(self, key: AccessKey) -> str:
        return codes(key.scopes)

    def save_model(self, request: HttpRequest, obj: AccessKey, form: Any, change: bool) -> None:
        row, key = access_keys.issue(
            name=obj.name,
            app=obj.app,
            scopes=obj.scopes,
            expires_at=obj.expires_at,
            rate_per_second=obj.rate_per_second,
            burst=obj.burst,
            by=actor(request),
        )
        obj.pk, obj.hint = row.pk, row.hint
        keep_for_answer(request, gettext("Access key"), obj.name, key)

    @admin.action(description=_("Revoke the chosen keys"))
    def revoke(self, request: HttpRequest, keys: QuerySet[AccessKey]) -> None:
        for key in keys:
            access_keys.revoke(key, by=actor(request))
            self.message_user(request, gettext("%(key)s works no more.") % {"key": key})


@admin.register(AuditEvent, site=site)
class AuditAdmin(Door):
    """The audit log: read and searched by administrators and auditors, never changed."""

    fields = list_display = ("at", "who", "what", "on", "said")
    list_filter = ("at",)
    search_fields = ("by_name", "=action", "=on_type", "=on_id", "details")
    search_help_text = _("A person, an action, a thing, its number, or any word of the details")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("by"), ordering="by_name")
    def who(self, event: AuditEvent) -> str:
        return format_html("<bdi>{}</bdi>", event.by_name)

    @admin.display(description=_("action"), ordering="action")
    def what(self, event: AuditEvent) -> str:
        return codes([event.action])

    @admin.display(description=_("thing"), ordering="on_type")
    def on(self, event: AuditEvent) -> str:
        return codes([f"{event.on_type} {event.on_id}"])

    @admin.display(description=_("details"))
    def said(self, event: AuditEvent) -> str:
        return codes([json.dumps(event.details, ensure_ascii=False)])

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return audit_log.events(by=request.user).order_by(*self.ordering)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Permission.READ_AUDIT)

    def has_view_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return may(request.user, Permission.READ_AUDIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False
