"""Query parameters of the lists: their shape only. An empty parameter counts as not sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.models import AccessKey, App
from moderation.api.cursors import CursorField
from moderation.models import Case, Delivery

MOST, USUAL = 1000, 50
MOST_OF_AN_INTEGER = 2**31 - 1
_BARE_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


class LimitField(serializers.IntegerField):
    """A limit above the largest page gets the largest page, and `next`."""

    def to_internal_value(self, data: Any) -> int:
        return min(super().to_internal_value(data), MOST)


class MomentField(serializers.DateTimeField):
    """ISO 8601. The `+` of an offset arrives as a space when it was not URL-encoded."""

    def to_internal_value(self, value: Any) -> datetime:
        return super().to_internal_value(_BARE_PLUS.sub("+", value))


class AppCall(serializers.Serializer[Any]):
    appId = serializers.CharField(max_length=64, required=False, help_text="The app, when the key sees several.")


class ListCall(serializers.Serializer[Any]):
    limit = LimitField(
        min_value=1,
        default=USUAL,
        help_text=f"At most so many items, and never more than {MOST}; a page may have fewer.",
    )


class ResultsCall(ListCall):
    state = serializers.ChoiceField(Case.State.choices, required=False, help_text="As it is told to backends.")
    tokenId = serializers.CharField(max_length=64, required=False)
    dataId = serializers.CharField(max_length=128, required=False)
    appId = serializers.CharField(max_length=64, required=False, help_text="One app alone.")
    riskLabel1 = serializers.CharField(
        max_length=200,
        required=False,
        help_text="Of the machine's result that the case stands on; any of the label's names.",
    )
    since = MomentField(required=False, help_text="Received at this time or later.")
    until = MomentField(required=False, help_text="Received before this time.")
    cursor = CursorField(kind="results", numbers=2, required=False, help_text="`next` of the page before.")


class EventsCall(ListCall):
    after = CursorField(kind="events", numbers=2, or_numbers=1, required=False, help_text="`next` of the page before.")
    appId = serializers.CharField(max_length=64, required=False, help_text="One app alone.")


class DeliveriesCall(ListCall):
    state = serializers.ChoiceField(Delivery.State.choices, required=False)
    endpoint = serializers.CharField(max_length=150, required=False, help_text="The endpoint's name or id.")
    requestId = serializers.CharField(max_length=257, required=False, help_text="Also <requestId>_<btId>.")
    cursor = CursorField(kind="deliveries", numbers=1, required=False, help_text="`next` of the page before.")


class DiscardCall(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        min_value=0, max_value=MOST_OF_AN_INTEGER, help_text="Of the draft as you read it."
    )


Call = TypeVar("Call", bound=serializers.Serializer[Any])


def read(call: type[Call], request: Request) -> dict[str, Any]:
    """The parameters by name. Raises ValidationError with the pointer of each invalid one."""
    sent = call(data={name: value for name, value in request.query_params.items() if value != ""})
    sent.is_valid(raise_exception=True)
    found: dict[str, Any] = sent.validated_data
    return found


def app_asked(key: AccessKey, app_id: str | None) -> App | None:
    """The requested app, or None for all. Raises PermissionDenied, or ValidationError for an unknown app."""
    if not app_id or (key.app and key.app.app_id == app_id):
        return key.app
    if key.app:
        raise PermissionDenied(f'This access key is for the app "{key.app.app_id}" only, not for "{app_id}".')
    app = App.objects.filter(app_id=app_id).first()
    if app is None:
        raise serializers.ValidationError({"appId": f'The app "{app_id}" is not registered.'})
    return app
