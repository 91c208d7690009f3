"""EMAIL_URL as Django's settings for mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from environs import EnvError

PORTS = {"smtp": 587, "smtps": 465}
ENCRYPTION = ("starttls", "none")


def mail_settings(url: str) -> dict[str, Any]:
    """`smtps://` is TLS from the first byte. `smtp://` asks for STARTTLS, unless it says `?tls=none`."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        tls = _encryption(parts)
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except (ValueError, KeyError):
        raise EnvError(
            "EMAIL_URL is like smtp://user:password@mail.example.com:587, with ?tls=none to send in clear, or"
            " smtps://user:password@mail.example.com:465. The port is from 1 to 65535."
        ) from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": tls == "starttls",
    }


def _encryption(parts: SplitResult) -> str:
    """Raises ValueError for a parameter that would count for nothing: nobody shall believe in it."""
    if parts.scheme == "smtps" and not parts.query:
        return "from the first byte"
    ((name, tls),) = parse_qsl(parts.query, strict_parsing=True) if parts.query else [("tls", "starttls")]
    if parts.scheme != "smtp" or name != "tls" or tls not in ENCRYPTION:
        raise ValueError
    return tls
