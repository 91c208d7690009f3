"""The callbacks that calls of the gateway name: deliveries like webhooks, unsigned, to a URL of their own.

The deliveries of one app at one host share an endpoint row, so that a host that hangs holds up no other, and so that a
person's verdict never overtakes the machine's (webhooks/lease_due.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from moderation.models import Case, Endpoint
from moderation.outbound.saved_urls import check_saved

NAME_CHARACTERS = 150

# Shared lock until the commit, as for the endpoints of webhooks.
_FIND = """
SELECT e.*
  FROM moderation_endpoint e
 WHERE e.callback_of_id = %(app)s AND e.url = %(origin)s
   FOR SHARE OF e
"""


def check(url: str) -> None:
    """Raises UrlRefused for a callback that we would not call: the same rules as for endpoints."""
    check_saved(url)


def endpoint_of(case: Case) -> list[Endpoint]:
    """What stands for the host of this case's callback; empty for a case without one. In the caller's transaction."""
    if not case.callback:
        return []
    scheme, host, *_ = urlsplit(case.callback)
    asked: Mapping[str, Any] = {"app": case.app_id, "origin": f"{scheme}://{host.lower()}"}
    if found := list(Endpoint.objects.raw(_FIND, asked)):
        return found
    made = Endpoint(
        name=host.lower()[:NAME_CHARACTERS],
        url=asked["origin"],
        form=Endpoint.Form.V4,
        callback_of_id=case.app_id,
    )
    Endpoint.objects.bulk_create([made], ignore_conflicts=True)  # another call may make it at the same time
    return list(Endpoint.objects.raw(_FIND, asked))


def url_for(endpoint: Endpoint, case: Case) -> str:
    """Where a delivery of this endpoint goes, "" for its own URL."""
    return case.callback if endpoint.callback_of_id else ""
