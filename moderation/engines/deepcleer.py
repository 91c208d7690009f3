"""DeepCleer's image moderation: `POST /image/v4` of the cluster that the account is on.

Its documents name the two hosts with plain `http:` alone. We call them by https unless DEEPCLEER_PLAIN_HTTP says that
pictures and the access key may travel unencrypted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from moderation.engines.post import Service
from moderation.engines.remote_http import RemoteHttp

HOSTS = {
    "silicon-valley": "api-img-gg.fengkongcloud.com",
    "singapore": "api-img-xjp.fengkongcloud.com",
}
NAME, VERSION = "deepcleer", "v4"
MOST_SECONDS = 10.0  # as its documents recommend for one picture


def deepcleer(given: Mapping[str, Any]) -> RemoteHttp:
    """The engine of an account there."""
    scheme = "http" if settings.DEEPCLEER_PLAIN_HTTP else "https"
    url = f"{scheme}://{HOSTS[given['cluster']]}/image/v4"
    account = {name: given.get(name, "") for name in ("accessKey", "appId", "eventId")}
    return RemoteHttp(Service(NAME, url, (scheme,), MOST_SECONDS), VERSION, account)
