"""The demo's passwords and keys: from the environment, else created once and stored with its data."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

EMAILS = ("admin@demo.test", "lead@demo.test", "moderator@demo.test", "moderator2@demo.test")


class Unusable(ValueError):
    """A given password or key that the product would refuse."""


@dataclass(frozen=True, slots=True)
class Credentials:
    password: str
    access_key: str
    webhook_secret: str
    callback_secret: str


def read_or_create(folder: Path) -> Credentials:
    """DEMO_PASSWORD and DEMO_ACCESS_KEY take precedence over the stored ones."""
    path = folder / "demo.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    found = Credentials(
        password=os.environ.get("DEMO_PASSWORD") or kept.get("password") or secrets.token_urlsafe(12),
        access_key=os.environ.get("DEMO_ACCESS_KEY") or kept.get("access_key") or "sl_" + secrets.token_urlsafe(32),
        webhook_secret=kept.get("webhook_secret") or "",
        callback_secret=kept.get("callback_secret") or secrets.token_urlsafe(32),
    )
    if len(found.access_key) < 16:
        raise Unusable("DEMO_ACCESS_KEY needs at least 16 characters.")
    keep(folder, found)
    return found


def webhook_secret(folder: Path) -> str:
    """The secret of the demo's endpoint; empty before it is made."""
    kept: dict[str, str] = json.loads((folder / "demo.json").read_text())
    return kept["webhook_secret"]


def keep(folder: Path, credentials: Credentials) -> None:
    """Write atomically: a process that reads meanwhile gets the old file or the new one, never half of one."""
    draft = folder / "demo.json.part"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(credentials), indent=2))
    draft.replace(folder / "demo.json")
