"""The filters of the search page, as in its URL. Names follow the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import times
from accounts.models import App, User
from accounts.permissions import may
from accounts.roles import Permission
from moderation.contract.search_terms import MOST_COUNTED, counted, term
from moderation.models import Case
from review.cases.known_rows import KnownRow
from review.cases.search import After, Filters
from review.models import Queue, ReviewTask, Verdict
from review.permissions import queues_seen_by

STATES = [
    ("", _("any")),
    ("open", _("open: a person will decide")),
    ("overdue", _("open past its time")),
    ("free", _("waiting, free to take")),
    ("leased", _("waiting, with somebody now")),
    *((state.value, state.label) for state in (ReviewTask.State.WAITING, ReviewTask.State.ESCALATED)),
    (ReviewTask.State.SNOOZED.value, ReviewTask.State.SNOOZED.label),
    *((state.value, state.label) for state in (Case.State.FINAL, Case.State.RECORDED, Case.State.FAILED)),
    ("policy_passed", _("passed by policy alone")),
    ("policy_rejected", _("rejected by policy alone")),
    ("answer_pending", _("answer being delivered")),
    ("answer_paused", _("answer paused: its endpoint is")),
    ("answer_dead", _("answer failed permanently")),
    ("unaccounted", _("unaccounted for: in no queue and without a final result")),
]


PATHS = ("businessLabel", "disposal", "subjectLabel")
TEXTS = ("nickname", "deviceId", "room", "streamId")
COUNTS = ("confidenceLevel", "faces", "persons")


class _Day(forms.DateInput):
    input_type = "date"


class SearchForm(forms.Form):
    """Bound to the user's query string; the choices are limited to what the user may see."""

    q = forms.CharField(label=_("Any id"), required=False, max_length=257)
    requestId = forms.CharField(label="requestId", required=False, max_length=128)
    dataId = forms.CharField(label="dataId", required=False, max_length=128)
    tokenId = forms.CharField(label="tokenId", required=False, max_length=64)
    sha256 = forms.RegexField(
        label=_("SHA-256 of the picture"),
        regex="^[0-9a-fA-F]{64}$",
        required=False,
        error_messages={"invalid": _("A SHA-256 has 64 hexadecimal digits.")},
    )
    appId = KnownRow(App.objects.all(), label=_("App"), required=False, to_field_name="app_id", empty_label=_("any"))
    label = forms.CharField(
        label=_("Machine's label"), required=False, max_length=400, help_text=_("As in porn/nudity: a level or a path.")
    )
    queue = KnownRow(Queue.objects.none(), label=_("Queue"), required=False, to_field_name="slug", empty_label=_("any"))
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    businessLabel = forms.CharField(label=_("Business label"), required=False, max_length=400)
    disposal = forms.CharField(label=_("Customer's own label"), required=False, max_length=400)
    subjectLabel = forms.CharField(label=_("Label of the account"), required=False, max_length=400)
    nickname = forms.CharField(label=_("Nickname"), required=False, max_length=150)
    deviceId = forms.CharField(label=_("Device"), required=False, max_length=128)
    room = forms.CharField(label=_("Room"), required=False, max_length=64)
    streamId = forms.CharField(label=_("Stream"), required=False, max_length=64)
    confidenceLevel = forms.IntegerField(label=_("Confidence level at least"), required=False, min_value=0, max_value=2)
    faces = forms.IntegerField(label=_("Faces at least"), required=False, min_value=1, max_value=MOST_COUNTED)
    persons = forms.IntegerField(label=_("Persons at least"), required=False, min_value=1, max_value=MOST_COUNTED)
    decidedBy = KnownRow(
        User.objects.none(), label=_("Decided by"), required=False, to_field_name="email", empty_label=_("anybody")
    )
    verdict = forms.ChoiceField(label=_("Verdict"), required=False, choices=[("", _("any")), *Verdict.choices])
    decidedFrom = forms.DateField(label=_("Decided from"), required=False, widget=_Day)
    decidedTo = forms.DateField(label=_("Decided to"), required=False, widget=_Day, help_text=_("This day included."))
    since = forms.DateField(label=_("Received from"), required=False, widget=_Day)
    until = forms.DateField(label=_("Received to"), required=False, widget=_Day, help_text=_("This day included."))

    def __init__(self, data: QueryDict | None, *, user: User) -> None:
        super().__init__(data)
        queues = queues_seen_by(user)
        self._choose("queue", queues)
        everybody = User.objects.order_by("name", "email")
        sees_all = may(user, Permission.SEE_ALL_QUEUES)
        self._choose("decidedBy", everybody if sees_all else everybody.filter(queues__in=queues).distinct())

    def _choose(self, name: str, among: Any) -> None:
        self.fields[name].queryset = among  # type: ignore[attr-defined] # they are the model choices declared above

    @property
    def queues(self) -> list[Queue]:
        """Those that the user may see."""
        rows: list[Queue] = self.fields["queue"].rows  # type: ignore[attr-defined] # a KnownRow
        return rows

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields of what else was sent with the picture."""
        return [self[name] for name in (*PATHS, *TEXTS, *COUNTS)]

    def filters(self) -> Filters:
        """The filters of the valid form."""
        said = self.cleaned_data
        return Filters(
            anything=said["q"],
            request_id=said["requestId"],
            data_id=said["dataId"],
            token_id=said["tokenId"],
            sha256=said["sha256"],
            app=said["appId"],
            label=said["label"].strip("/ "),
            queue=said["queue"],
            state=said["state"],
            decided_by=said["decidedBy"],
            verdict=said["verdict"],
            decided_since=_midnight(said["decidedFrom"]),
            decided_until=_end_of(said["decidedTo"]),
            since=_midnight(said["since"]),
            until=_end_of(said["until"]),
            facts=_facts(said),
        )


def _facts(said: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The terms that the filters on what else was sent look up."""
    paths = [(term(name, said[name].strip("/ ")),) for name in PATHS if said[name].strip("/ ")]
    texts = [(term(name, said[name]),) for name in TEXTS if said[name]]
    counts = [tuple(counted(name, said[name])) for name in COUNTS if said[name] is not None]
    return (*paths, *texts, *counts)


def known(query: str) -> str:
    """The query string reduced to the filters that are set. Raises ValueError for an unknown one."""
    kept = QueryDict(mutable=True)
    for name, value in QueryDict(query.removeprefix("?")).dict().items():
        if name not in SearchForm.base_fields:
            raise ValueError(gettext('There is no filter "{name}".').format(name=name))
        if said := str(value).strip():
            kept[name] = said
    return kept.urlencode()


def cursor_of(after: After) -> str:
    return f"{after.received_at.isoformat()}~{after.case_id}"


def after_of(cursor: str) -> After | None:
    """The place a cursor stands for; None for no cursor and for an invalid one."""
    at, _, case_id = cursor.partition("~")
    try:
        received_at = datetime.fromisoformat(at)
        after = After(received_at.astimezone(UTC), int(case_id))
    except (ValueError, OverflowError):  # date.min and date.max overflow in some time zones
        return None
    return after if received_at.tzinfo and 0 <= after.case_id < 2**63 else None


def _end_of(day: date | None) -> datetime | None:
    return _midnight(day + timedelta(days=1)) if day and day < date.max else None


def _midnight(day: date | None) -> datetime | None:
    return times.midnight(day) if day else None
