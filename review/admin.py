"""Queues with their members and reasons, for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import Checkboxes, Door, Rows, actor, site, version_of
from accounts.models import User
from accounts.versions import Conflict
from accounts.versions.forms import merge_rows
from review.models import Queue, Reason, Verdict
from review.queues import configure


class QueueForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    allowed_verdicts = forms.MultipleChoiceField(
        label=_("Verdicts"), choices=Verdict.choices, widget=forms.CheckboxSelectMultiple, initial=Verdict.values
    )
    people = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=User.objects.none(),
        required=False,
        widget=Checkboxes,
        help_text=_("When somebody is removed, the cases they have leased in the queue are released."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {"memberships__queue": self.instance, "memberships__is_direct": True}
        members = User.objects.filter(**named) if self.instance.pk else User.objects.none()
        self.fields["people"].initial = list(members)
        choosable = User.objects.filter(Q(is_active=True) | Q(pk__in=members)).order_by("name", "email")
        self.fields["people"].queryset = choosable  # type: ignore[attr-defined] # it is the field declared above

    def _get_validation_exclusions(self) -> set[str]:
        """Another queue being the default one is no error: `configure.save` moves the default."""
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc] # Django's hook, not in the stubs


class ReasonForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    new_label = forms.BooleanField(label=_("new label"), required=False)
    key = forms.IntegerField(
        label=_("key"),
        required=False,
        min_value=1,
        max_value=9,
        help_text=_("Empty: the digit that the reason has in other queues, else the first free one."),
    )


class ReasonInline(Rows):
    model = Reason
    form = ReasonForm
    fields = ("key", "code", "name", "name_zh", "risk_label1", "risk_label2", "risk_label3", "new_label")
    extra = 1
    max_num = 9


@admin.register(Queue, site=site)
class QueueAdmin(Door):
    form = QueueForm
    edited = configure.EDITED
    inlines = (ReasonInline,)
    fields = (
        *("slug", "name", "is_default", "sla_minutes", "lease_seconds", "allowed_verdicts"),
        *("reason_required", "note_required", "grid", "practice_first", "guideline_page", "people"),
    )
    list_display = ("name", "slug", "is_default", "sla_minutes", "reason_required", "note_required")
    search_fields = ("name", "slug")

    def get_readonly_fields(self, request: HttpRequest, obj: Queue | None = None) -> list[str]:
        return ["guideline_page", *(["slug"] if obj else [])]  # the policy names a queue by its slug

    @admin.display(description=_("guideline"))
    def guideline_page(self, queue: Queue) -> str:
        """A link to the guideline, with its last author and time."""
        address = reverse("review:guideline", args=[queue.slug]) if queue.pk else ""
        return format_html('<a href="{}" dir="auto">{}</a>', address, address) if address else "–"

    def save_model(self, request: HttpRequest, obj: Queue, form: Any, change: bool) -> None:
        if not change or set(form.changed_data) - {"people"}:
            configure.save(obj, by=actor(request), expected_version=_expected(request, change))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        queue, by, expected = form.instance, actor(request), _expected(request, change)
        configure.set_members(queue, form.cleaned_data["people"], by=by, expected_version=expected)
        kept = _kept(formsets[0])
        new = [str(form.instance.path) for form in kept if form.cleaned_data.get("new_label")]
        reasons = [form.instance for form in kept]
        configure.set_reasons(queue, reasons, by=by, expected_version=expected, new_labels=new)

    def merged(self, request: HttpRequest, conflict: Conflict, object_id: str | None = None, *args: Any) -> QueryDict:
        sent = super().merged(request, conflict, object_id, *args)
        ids = {reason.code: reason.pk for reason in Reason.objects.filter(queue_id=int(object_id or 0))}
        return merge_rows(sent, "reasons", conflict, key="code", ids=ids)


def _expected(request: HttpRequest, change: bool) -> str | None:
    return version_of(request) if change else None


def _kept(formset: Any) -> list[Any]:
    """The forms of the reasons that stay and that are new."""
    filled = [*formset.initial_forms, *(form for form in formset.extra_forms if form.has_changed())]
    return [form for form in filled if form not in formset.deleted_forms]
