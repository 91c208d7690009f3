"""The bodies of the stage's calls: shape only; the rules are in review.workflow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from review.models import Verdict
from review.statistics.latency import LONGEST_MS
from review.workflow.grid_eligibility import MOST
from review.workflow.leases import MOST_AT_ONCE, MOST_LEASED, LeaseKey


class LeaseKeyCall(serializers.Serializer[Any]):
    taskId = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    leaseToken = serializers.UUIDField()


class LeaseKeysCall(serializers.Serializer[Any]):
    """`leases` is a list; a beacon sends it as JSON text in a form field."""

    leases = serializers.ListField(child=LeaseKeyCall(), max_length=100)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("leases"), str):
            data = {"leases": _from_text(data["leases"])}
        return super().to_internal_value(data)


class LeaseCall(serializers.Serializer[Any]):
    """`without` are tasks that the page already has and that need not be sent again."""

    queues = serializers.ListField(child=serializers.SlugField(max_length=50), default=list, max_length=200)
    count = serializers.IntegerField(min_value=1, max_value=MOST_AT_ONCE, default=5)
    without = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), default=list, max_length=MOST_LEASED
    )


class LeaseTheseCall(LeaseCall):
    """With `tasks`, exactly these open tasks are leased, in this order, whatever the rest says."""

    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), default=list, max_length=MOST_AT_ONCE
    )


class LabelVerdictCall(serializers.Serializer[Any]):
    """`newLabel` marks a label that is neither in the machine's result nor in the catalogue."""

    riskLabel1 = serializers.CharField(max_length=200, allow_blank=True)
    riskLabel2 = serializers.CharField(max_length=200, allow_blank=True, default="")
    riskLabel3 = serializers.CharField(max_length=200, allow_blank=True, default="")
    verdict = serializers.ChoiceField(["confirmed", "wrong", "absent"])
    newLabel = serializers.BooleanField(required=False)


class DecideCall(LeaseKeyCall):
    """`machineRevision` is of the result that was judged; without it, of the latest that the lease was shown."""

    decisionId = serializers.UUIDField()
    verdict = serializers.ChoiceField(Verdict.choices)
    reason = serializers.CharField(max_length=50, allow_blank=True, allow_null=True, default="")
    labels = serializers.ListField(child=LabelVerdictCall(), default=list, max_length=200)
    note = serializers.CharField(max_length=4000, allow_blank=True, allow_null=True, default="")
    elapsedMs = serializers.IntegerField(min_value=0, max_value=2**31 - 1, allow_null=True, default=None)
    machineRevision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, default=None)
    lease = LeaseCall(required=False)


class GridLeaseCall(serializers.Serializer[Any]):
    """`without` are the tasks that the person has on other pages, or has decided and not sent yet."""

    queue = serializers.SlugField(max_length=50)
    count = serializers.IntegerField(min_value=1, max_value=MOST, default=MOST)
    without = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), default=list, max_length=500
    )


class GridTileCall(LeaseKeyCall):
    decisionId = serializers.UUIDField()
    verdict = serializers.ChoiceField(Verdict.choices)
    reason = serializers.CharField(max_length=50, allow_blank=True, allow_null=True, default="")
    elapsedMs = serializers.IntegerField(min_value=0, max_value=2**31 - 1, allow_null=True, default=None)
    machineRevision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, default=None)


class GridDecideCall(serializers.Serializer[Any]):
    """A page as the person saw it: `label` is what all of its tiles were suspected of, as the lease call named it."""

    pageId = serializers.UUIDField()
    queue = serializers.SlugField(max_length=50)
    label = serializers.CharField(max_length=1000, trim_whitespace=False)  # type: ignore[assignment]
    tiles = serializers.ListField(child=GridTileCall(), min_length=1, max_length=MOST)


class GridUndoCall(serializers.Serializer[Any]):
    pageId = serializers.UUIDField()


class UndoCall(serializers.Serializer[Any]):
    decisionId = serializers.UUIDField()


class UndoTheseCall(serializers.Serializer[Any]):
    decisionIds = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


class TaskCall(serializers.Serializer[Any]):
    taskId = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class TheseCall(TaskCall):
    """`machineRevision` is of the result that the case was shown with."""

    decisionId = serializers.UUIDField()
    machineRevision = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class DecideTheseCall(serializers.Serializer[Any]):
    """`decisionId` is the decision that the others follow; `count` is the number that the person typed."""

    decisionId = serializers.UUIDField()
    tasks = serializers.ListField(child=TheseCall(), min_length=1, max_length=100)
    count = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    lease = LeaseCall(required=False)


class SetAsideCall(LeaseKeyCall):
    note = serializers.CharField(max_length=4000, allow_blank=True, allow_null=True, default="")
    to = serializers.EmailField(required=False, allow_null=True)
    until = serializers.DateTimeField(required=False, allow_null=True)
    lease = LeaseCall(required=False)


class AssignCall(serializers.Serializer[Any]):
    """`to` is null to remove the assignment."""

    taskId = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    to = serializers.EmailField(allow_null=True)
    note = serializers.CharField(max_length=4000, allow_blank=True, allow_null=True, default="")


class SecondOpinionCall(LeaseKeyCall):
    to = serializers.EmailField()
    note = serializers.CharField(max_length=4000, allow_blank=True, allow_null=True, default="")
    view = serializers.ChoiceField(Verdict.choices, allow_blank=True, allow_null=True, default="")
    lease = LeaseCall(required=False)


class BlurSettingCall(serializers.Serializer[Any]):
    blur = serializers.IntegerField(min_value=0, max_value=3)
    grayscale = serializers.BooleanField()


class FilterCall(BlurSettingCall):
    categories = serializers.DictField(child=BlurSettingCall(), default=dict)


class PreferencesCall(serializers.Serializer[Any]):
    """Fields left out stay as they are; `filter` null restores the organisation's default."""

    filter = FilterCall(required=False, allow_null=True)
    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=20, trim_whitespace=False), max_length=9),
        required=False,
    )
    letters = serializers.BooleanField(required=False)


class Bounded(serializers.ListField):
    """Checks the length before the entries: refusing a million costs no more than refusing a few."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            message = self.error_messages["max_length"].format(max_length=self.max_length)
            raise serializers.ValidationError([message], code="max_length")
        return super().to_internal_value(data)


class WaitCall(serializers.Serializer[Any]):
    """Waits of one queue, `ms` in whole milliseconds; `warm`: the picture had been prefetched."""

    queue = serializers.SlugField(max_length=50)
    warm = serializers.BooleanField()
    ms = Bounded(child=serializers.IntegerField(min_value=0, max_value=LONGEST_MS), allow_empty=False, max_length=500)


class WaitsCall(serializers.Serializer[Any]):
    waits = Bounded(child=WaitCall(), allow_empty=False, max_length=100)


def lease_key_of(call: dict[str, Any]) -> LeaseKey:
    return LeaseKey(call["taskId"], call["leaseToken"])


def _from_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise serializers.ValidationError({"leases": ["This is not JSON."]}) from None
