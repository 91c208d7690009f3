"""EMAIL_URL as Django's settings for mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from environs import EnvError

PORTS = {"smtp": 587, "smtps": 465}
ENCRYPTION = ("starttls", "none")


def mail_settings(url: str) -> dict[str, Any]:
    """`smtps://` is TLS from the first byte. `smtp://` asks for STARTTLS, unless it says `?tls=none`."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["starttls"])[0]
    if parts.scheme not in PORTS or not parts.hostname or tls not in ENCRYPTION:
        raise EnvError("EMAIL_URL is like smtp://user:password@mail.example.com:587, with ?tls=none to send in clear.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and tls == "starttls",
    }
