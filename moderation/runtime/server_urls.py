"""Check DATABASE_URL and REDIS_URL at the start, not at the first connection."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from environs import EnvError
from marshmallow import ValidationError

from accounts.redis_servers import read_sentinels

_POSTGRES = ("postgres", "postgresql")
_REDIS = ("redis", "rediss", "unix")
_REDIS_EXAMPLES = (
    "redis://host:6379/0, rediss://…, unix:///path/to/socket?db=0 or sentinel://host:26379,host:26379/master/0"
)


def database_url(given: str, *, ours: str) -> str:
    """The given URL, or `ours` when none is given. Raises EnvError for one that names no PostgreSQL database."""
    if not given:
        return ours
    scheme, has_host, path = _parts(given)
    if scheme not in _POSTGRES or not has_host or not path.strip("/"):
        raise EnvError("DATABASE_URL cannot be used. Give postgresql://user:password@host:5432/database.")
    return given


def redis_url(given: str, *, ours: str) -> str:
    """The given URL, or `ours` when none is given. Raises EnvError for one that names no Redis."""
    if not given:
        return ours
    if read_sentinels(given):
        return given
    scheme, has_host, path = _parts(given)
    if scheme not in _REDIS or not (path.strip("/") if scheme == "unix" else has_host):
        raise EnvError(f"REDIS_URL cannot be used. Give {_REDIS_EXAMPLES}.")
    return given


def host_names(given: Sequence[str]) -> None:
    """Raises ValidationError when these cannot be host names."""
    wrong = [name for name in given if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:]+\]", name)]
    if wrong or not given:
        named = f"Not {', '.join(wrong)}. " if wrong else ""
        raise ValidationError(f"{named}Give host names without scheme, port or path, separated by commas.")


def _parts(url: str) -> tuple[str, bool, str]:
    """Its scheme, whether it names a host, its path. No error contains the URL, which may have a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "", False, ""
    return parts.scheme, bool(parts.hostname), parts.path
