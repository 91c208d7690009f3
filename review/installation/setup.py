"""What is still to be set up before results come back, told by what is there: no step is ticked by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission, Role
from moderation import last_times
from moderation.last_times import Happening
from moderation.models import LastTime

_SEEN = "setup-seen"
# Each is one look at an index or at a small table; what grows is asked for by EXISTS alone.
_THERE = """
SELECT (SELECT count(*) FROM accounts_app),
       (SELECT count(*) FROM accounts_accesskey k
         WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > statement_timestamp()))
     + (SELECT count(*) FROM moderation_callbackaddress a
         WHERE a.revoked_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())),
       (SELECT count(*) FROM review_queue q WHERE EXISTS (SELECT FROM review_reason r WHERE r.queue_id = q.id)),
       (SELECT count(DISTINCT m.user_id) FROM review_membership m JOIN accounts_user u ON u.id = m.user_id
         WHERE u.is_active AND u.role <> %(administrator)s)
     + (SELECT count(*) FROM accounts_invitation i
         WHERE i.user_id IS NULL AND i.expires_at > statement_timestamp() AND i.queues <> '{}'),
       (SELECT count(*) FROM moderation_policyversion p
         WHERE p.active AND p.body @? '$.rules[*]'),
       (SELECT count(*) FROM moderation_endpoint e WHERE e.state = 'enabled' AND e.callback_of_id IS NULL),
       (SELECT count(*) FROM (SELECT FROM moderation_case LIMIT 1) found),
       (SELECT count(*) FROM (SELECT FROM review_decision LIMIT 1) found),
       (SELECT count(*) FROM moderation_endpoint e
         WHERE EXISTS (SELECT FROM moderation_delivery d
                        WHERE d.endpoint_id = e.id AND d.state = 'delivered' AND d.case_id IS NOT NULL))
"""
_STEPS = (
    ("app", _("An app"), _("The application whose pictures are reviewed."), "manage_app_new"),
    ("key", _("An access key"), _("Its backend signs in with it; a callback address does as well."), "manage_key_new"),
    ("queue", _("A queue with reasons"), _("Where cases wait, and why one is rejected there."), "manage_queues"),
    ("people", _("People in it"), _("Invite moderators and make them members of a queue."), "manage_people"),
    ("rule", _("A routing rule"), _("Which results go to which queue."), "rules"),
    ("endpoint", _("An endpoint"), _("Where final results are sent."), "manage_endpoints"),
    (
        "case",
        _("The first case"),
        _("A result that your backend has posted, or a picture that you try."),
        "try_picture",
    ),
    ("decided", _("It is decided"), _("By a moderator, with one key."), "stage"),
    ("delivered", _("It is delivered"), _("Once the time for undoing it is over."), "manage_deliveries"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """`count` is how many there are of what it asks for; it is done at `address`."""

    name: str
    title: Any
    why: Any
    count: int
    address: str

    @property
    def is_done(self) -> bool:
        return self.count > 0


def steps() -> list[Step]:
    with connection.cursor() as cursor:
        cursor.execute(_THERE, {"administrator": Role.ADMINISTRATOR.value})
        counts = cursor.fetchone()
    return [
        Step(name, title, why, count, reverse(f"review:{view}"))
        for (name, title, why, view), count in zip(_STEPS, counts, strict=True)
    ]


def is_seen() -> bool:
    """Once it was seen it stays so, and is not asked for again."""
    seen: bool | None = caches["process"].get(_SEEN)
    if seen is None:
        seen = LastTime.objects.filter(name=Happening.SETUP_SEEN).exists()
        caches["process"].set(_SEEN, seen, None if seen else 1)
    return seen


def dismiss(*, by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        last_times.record(Happening.SETUP_SEEN, by=by.email if isinstance(by, User) else by)
        audit.record(AuditAction.SETUP_SEEN, by=by, on=LastTime(name=Happening.SETUP_SEEN))
    caches["process"].delete(_SEEN)


def first_call(address: str) -> str:
    """A call with curl that posts a result about which the machine was unsure."""
    app = App.objects.order_by("pk").first()
    body = {
        "appId": app.app_id if app else "APP",
        "request": {"eventId": "post", "data": {"img": "https://example.com/picture.jpg", "tokenId": "user-1"}},
        "result": {
            **{"requestId": "0123456789abcdef0123456789abcdef", "code": 1100, "message": "success"},
            **{"riskLevel": "REVIEW", "riskLabel1": "ad", "riskLabel2": "", "riskLabel3": ""},
            **{"resultType": 0, "finalResult": 0},
        },
    }
    return (
        f"curl {address} \\\n  -H 'Authorization: Bearer ACCESS_KEY' \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{json.dumps(body, indent=1)}'"
    )
