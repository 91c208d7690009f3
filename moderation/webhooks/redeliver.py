"""Send an answer once more, on request: the same payload under the same webhook-id."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import AccessKey, User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.messages import LedgerCode, Message, english
from moderation.models import Delivery, Endpoint
from moderation.webhooks import outbox

State = Delivery.State
ON_ITS_WAY = frozenset({State.PENDING, State.PAUSED})


class NotRedeliverable(Exception):
    """It must not go out again. `why` says why, as the text does in English; asking again cannot help."""

    def __init__(self, why: Message) -> None:
        super().__init__(english(why))
        self.why = why


def redeliver(delivery_id: int, *, by: User | AccessKey) -> Delivery:
    """Try a delivery once more that is dead or was delivered; paused while its endpoint is not enabled.

    A pending delivery stays as it is, so pressing twice is one try. Raises NotRedeliverable,
    Delivery.DoesNotExist or NotAllowed.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(deliveries=delivery_id)
        delivery = Delivery.objects.select_for_update(of=["self"]).select_related("endpoint").get(pk=delivery_id)
        if delivery.state in ON_ITS_WAY:
            return delivery
        if why := why_not(delivery, endpoint):
            raise NotRedeliverable(why)
        before = delivery.state
        delivery.state, delivery.ended_at, delivery.due_at = outbox.state_for(endpoint), None, Now()
        delivery.save(update_fields=["state", "ended_at", "due_at"])
        facts = {"webhook_id": delivery.webhook_id, "was": before}
        audit.record(AuditAction.DELIVERY_REDELIVERED, by=by, on=delivery, **facts)
    return delivery


def why_not(delivery: Delivery, endpoint: Endpoint) -> Message | None:
    """Why this delivery must not go out again; None when it may."""
    if delivery.state == State.CANCELLED:
        taken_back = Message(LedgerCode.DELIVERY_TAKEN_BACK)
        return Message(LedgerCode.REDELIVERY_CANCELLED, why=delivery.why or taken_back)
    if not delivery.payload:
        return Message(LedgerCode.REDELIVERY_ERASED)
    if endpoint.state == Endpoint.State.DELETED:
        return Message(LedgerCode.REDELIVERY_NO_ENDPOINT)
    newer = Q(revision__gt=delivery.revision) | Q(revision=0, pk__gt=delivery.pk)
    later = Delivery.objects.filter(newer, case=delivery.case_id, endpoint=endpoint)
    if delivery.case_id and later.exclude(state=State.CANCELLED).exists():
        return Message(LedgerCode.REDELIVERY_CORRECTED)
    return None
