"""The callbacks that calls of the gateway name: deliveries like webhooks, unsigned, to a URL of their own.

The deliveries of one app at one host share an endpoint row, so that a host that hangs holds up no other, and so that a
person's verdict never overtakes the machine's (webhooks/lease_due.py). Leasing deliveries costs a little for each row:
an app has MOST_HOSTS of them, and one more for all hosts beyond.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from moderation.contract.image_v4 import SUCCESS
from moderation.models import Case, Endpoint
from moderation.outbound.saved_urls import check_saved

NAME_CHARACTERS = 150
MOST_HOSTS = 100  # of one app; a few more when calls name new ones at the same moment
OTHER_HOSTS = ""  # stands for the origin of the others

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
    origin = f"{scheme}://{host.lower()}"
    if found := _found(case.app_id, origin):
        return found
    if Endpoint.objects.filter(callback_of=case.app_id).count() < MOST_HOSTS:
        return _made(case.app_id, origin, name=host.lower())
    return _found(case.app_id, OTHER_HOSTS) or _made(case.app_id, OTHER_HOSTS, name="callbacks")


def _found(app: int, origin: str) -> list[Endpoint]:
    return list(Endpoint.objects.raw(_FIND, {"app": app, "origin": origin}))


def _made(app: int, origin: str, *, name: str) -> list[Endpoint]:
    made = Endpoint(name=name[:NAME_CHARACTERS], url=origin, form=Endpoint.Form.V4, callback_of_id=app)
    Endpoint.objects.bulk_create([made], ignore_conflicts=True)  # another call may make it at the same time
    return _found(app, origin)


def body_for(case: Case, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An image v4 result as the callback of its case gets it: that of an item of a batch comes as a batch of one."""
    if not case.bt_id:
        return body
    return {"requestId": case.request_id, "code": SUCCESS, "message": "success", "imgs": [body]}


def url_for(endpoint: Endpoint, case: Case) -> str:
    """Where a delivery of this endpoint goes, "" for its own URL."""
    return case.callback if endpoint.callback_of_id else ""
