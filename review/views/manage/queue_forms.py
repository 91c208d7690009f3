"""The forms of a queue: to make one, and to edit all of one that its page shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.versions import Conflict
from accounts.versions.forms import merge_rows, put
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy.parse import MAX_MINUTES
from review.models import Queue, Reason, Team, Verdict
from review.models.queue import Blur
from review.queues import configure, weights
from review.queues.configure import KEYS, SETTINGS, Parts

ROWS = "reasons"  # the prefix of the reasons' fields


class NewQueueForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    class Meta:
        model = Queue
        fields = ("name", "name_zh", "slug", "sla_minutes")
        help_texts = {"slug": _("Rules and links name the queue by it. It does not change any more.")}


class ReasonForm(forms.Form):
    """One reason. `label` is a path; one that the catalogue does not have needs its tick."""

    use_required_attribute = False
    key = forms.IntegerField(label=_("key"), required=False, min_value=KEYS[0], max_value=KEYS[-1])
    code = forms.SlugField(label=_("short name"), required=False, max_length=50)
    name = forms.CharField(label=_("English name"), max_length=150)
    name_zh = forms.CharField(label=_("Chinese name"), required=False, max_length=150)
    label = forms.CharField(label=_("Goes out as"), max_length=600)
    new_label = forms.BooleanField(label=_("new label"), required=False)

    def clean_label(self) -> str:
        levels = [level.strip() for level in self.cleaned_data["label"].split("/")]
        if not all(levels) or len(levels) > 3 or any(len(level) > 200 for level in levels):
            raise forms.ValidationError(gettext("A label is a path of one to three levels, such as porn/nudity."))
        return "/".join(levels)

    def reason(self) -> Reason:
        said = self.cleaned_data
        one, two, three = (*said["label"].split("/"), "", "")[:3]
        return Reason(
            key=said["key"],
            code=said["code"],
            name=said["name"],
            name_zh=said["name_zh"],
            risk_label1=one,
            risk_label2=two,
            risk_label3=three,
        )


_Rows = forms.formset_factory(
    ReasonForm, extra=1, max_num=len(KEYS), absolute_max=len(KEYS) + 3, validate_max=True, can_delete=True
)


class QueueForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    """All of a queue. `rows` is the formset of its reasons."""

    use_required_attribute = False
    allowed_verdicts = forms.MultipleChoiceField(
        label=_("Verdicts"), choices=Verdict.choices, widget=forms.CheckboxSelectMultiple
    )
    blur = forms.TypedChoiceField(
        label=_("Blur at first"), choices=[("", _("as everywhere")), *Blur.choices], required=False, coerce=int
    )
    people = forms.ModelMultipleChoiceField(label=_("Members"), queryset=User.objects.none(), required=False)
    teams = forms.ModelMultipleChoiceField(label=_("Teams"), queryset=Team.objects.all(), required=False)

    class Meta:
        model = Queue
        fields = SETTINGS

    def __init__(self, sent: QueryDict | None, queue: Queue) -> None:
        values = configure.EDITED.values(queue)
        super().__init__(sent, instance=queue, initial={name: values[name] for name in weights.LABELS})
        for name, label in weights.LABELS.items():
            self.fields[name] = forms.FloatField(
                label=label, required=False, min_value=-MAX_MINUTES, max_value=MAX_MINUTES
            )
        named = list(map(int, values["people"]))
        self.initial.update(people=named, teams=list(map(int, values["teams"])))
        choosable = User.objects.filter(Q(is_active=True) | Q(pk__in=named)).order_by("name", "email")
        self.fields["people"].queryset = choosable  # type: ignore[attr-defined] # declared above
        self.rows = _Rows(sent, initial=reason_rows(values["reasons"]), prefix=ROWS)

    def clean(self) -> None:
        super().clean()
        warn, sla = (self.cleaned_data.get(name) for name in ("warn_minutes", "sla_minutes"))
        if warn is not None and sla is not None and warn >= sla:
            self.add_error("warn_minutes", gettext("The warning has to come before the SLA ends."))

    def clean_blur(self) -> int | None:
        value = self.cleaned_data["blur"]
        return None if value == "" else value

    def _get_validation_exclusions(self) -> set[str]:
        """Another queue being the default one is no error: `configure.save` moves the default."""
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc] # Django's hook, not in the stubs

    def is_valid(self) -> bool:
        rows_are_valid = self.rows.is_valid()
        if rows_are_valid and self.is_bound:
            rows_are_valid = self._labels_are_known()
        return super().is_valid() and rows_are_valid

    def parts(self) -> Parts:
        """What the queue's verb takes. The form is valid."""
        said = self.cleaned_data
        return Parts(
            people=said["people"],
            teams=said["teams"],
            reasons=self._reasons(),
            weights=self.typed_weights(),
            new_labels=[row.cleaned_data["label"] for row in self._kept() if row.cleaned_data["new_label"]],
        )

    def values(self) -> dict[str, Any]:
        """What was typed, as the values of a version; without what could not be read. `is_valid` was called."""
        said = self.cleaned_data
        scalars = {name: said[name] for name in SETTINGS if name in said}
        scalars |= {name: weights.plain(said[name]) for name in weights.LABELS if name in said}
        people = {str(one.pk): one.email for one in said.get("people", ())}
        teams = {str(one.pk): one.name for one in said.get("teams", ())}
        found = scalars | {"people": people, "teams": teams}
        if self.rows.is_valid():
            found["reasons"] = configure.reason_values(configure.with_keys(self._reasons()))
        return found

    def typed_weights(self) -> dict[str, float]:
        typed = {name: self.cleaned_data.get(f"{weights.PREFIX}{name}") for name in weights.NAMES}
        return {name: minutes for name, minutes in typed.items() if minutes is not None}

    @property
    def weight_fields(self) -> list[tuple[str, forms.BoundField]]:
        return [(name, self[f"{weights.PREFIX}{name}"]) for name in weights.NAMES]

    def _reasons(self) -> list[Reason]:
        """Each with a short name of its own."""
        reasons = [row.reason() for row in self._kept()]
        taken = {reason.code for reason in reasons}
        for reason in reasons:
            reason.code = reason.code or _free_code(reason, taken)
            taken.add(reason.code)
        return reasons

    def _kept(self) -> Iterator[Any]:
        for row in self.rows:
            is_filled = row.has_changed() or row in self.rows.initial_forms
            if is_filled and not row.cleaned_data.get("DELETE") and row.cleaned_data.get("name"):
                yield row

    def _labels_are_known(self) -> bool:
        """Told at the row; the verb checks again."""
        here = {str(reason.path) for reason in self.instance.reasons.all()}
        fresh = {row: row.cleaned_data["label"] for row in self._kept() if not row.cleaned_data["new_label"]}
        asked = {row: path for row, path in fresh.items() if path not in here}
        unknown = {str(path) for path in labels.unknown(LabelPath(*path.split("/")) for path in asked.values())}
        for row, path in asked.items():
            if path in unknown:
                row.add_error("label", labels.refusal(path))
        return not any(path in unknown for path in asked.values())


def _free_code(reason: Reason, taken: Collection[str]) -> str:
    """Made of its name, else of its label; Chinese names and labels make none."""
    made = slugify(reason.name)[:40] or slugify(str(reason.path).rpartition("/")[2])[:40] or "reason"
    return next(code for code in chain([made], (f"{made}-{n}" for n in count(2))) if code not in taken)


def reason_rows(reasons: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """The rows of the form, from the values of a queue's version."""
    return [{"code": code, **_as_row(row)} for code, row in reasons.items()]


def restored(sent: QueryDict, name: str, values: Mapping[str, Any]) -> QueryDict:
    """The sent form with one of its values as it is stored."""
    changed = sent.copy()
    if name != ROWS:
        put(changed, name, values[name])
        return changed
    for key in [key for key in changed if key.startswith(f"{ROWS}-")]:
        del changed[key]
    rows = reason_rows(values[ROWS])
    for place, row in enumerate(rows):
        changed.update({f"{ROWS}-{place}-{key}": value for key, value in row.items()})
    changed.update({f"{ROWS}-TOTAL_FORMS": str(len(rows)), f"{ROWS}-INITIAL_FORMS": str(len(rows))})
    return changed


def merge_reasons(sent: QueryDict, conflict: Conflict, queue: Queue) -> QueryDict:
    """Merge the reasons by their short names. In the form a label is one field, not three."""
    before, now = ({ROWS: _as_rows(values.get(ROWS, {}))} for values in (conflict.before, conflict.now))
    rows = Conflict(conflict.sentences, before=before, now=now)
    return merge_rows(sent, ROWS, rows, key="code", ids=dict.fromkeys(now[ROWS], ""))


def _as_rows(reasons: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {code: _as_row(row) for code, row in reasons.items()}


def _as_row(row: dict[str, str]) -> dict[str, str]:
    path = "/".join(filter(None, (row["risk_label1"], row["risk_label2"], row["risk_label3"])))
    return {"key": row["key"], "name": row["name"], "name_zh": row["name_zh"], "label": path}
