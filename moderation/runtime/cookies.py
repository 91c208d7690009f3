"""Give each installation its own cookie names: browsers share cookies between the ports of a host, so two installations
on one host would sign each other's users out.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest


def cookie_prefix(secret_key: str, *, https: bool) -> str:
    """The prefix of an installation's cookie names; over https with `__Host-`, which binds them to this host."""
    digest = hashlib.sha256(f"cookie names {secret_key}".encode()).hexdigest()[:8]
    return f"{'__Host-' if https else ''}second_look_{digest}_"


def csrf_cookie(request: HttpRequest) -> dict[str, str]:
    """For templates: our scripts read the token where Django keeps it."""
    return {"csrf_cookie": settings.CSRF_COOKIE_NAME}
