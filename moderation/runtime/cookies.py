"""Cookies belong to a host, whatever the port: each installation has names of its own, so that two of them on one host
do not sign each other's people out.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest


def cookie_prefix(secret_key: str, *, https: bool) -> str:
    """What the names of an installation's cookies begin with. Over https browsers then hold them to this host."""
    digest = hashlib.sha256(f"cookie names {secret_key}".encode()).hexdigest()[:8]
    return f"{'__Host-' if https else ''}second_look_{digest}_"


def csrf_cookie(request: HttpRequest) -> dict[str, str]:
    """For templates: our scripts read the token where Django keeps it."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}
