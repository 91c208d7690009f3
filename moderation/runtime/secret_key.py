"""Where SECRET_KEY comes from."""

from __future__ import annotations

import secrets
from pathlib import Path

from environs import EnvError


def read_or_create(given: str | None, *, folder: Path | None) -> str:
    """The given key; else, for our own embedded databases, one made once and kept beside them in `folder`."""
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
    """Two processes may start at once: whoever links its finished file first wins, and both read that one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
