"""Read SECRET_KEY, or create one for the embedded databases."""

from __future__ import annotations

import secrets
from pathlib import Path

from environs import EnvError


def read_or_create(given: str | None, *, folder: Path | None) -> str:
    """The given key; else, for our embedded databases, a key created once and stored beside them in `folder`."""
    if given:
        return given
    if folder is None:
        raise EnvError("SECRET_KEY is not set. With a DATABASE_URL of your own, set it to a long random text.")
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(path)
    return path.read_text().strip()


def _create(path: Path) -> None:
    """Two processes may start at once: the first to link its finished file wins, and both read that file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
