"""Where pictures are kept: a folder, or a bucket."""

from __future__ import annotations

from typing import Any


def picture_storage(place: str) -> dict[str, Any]:
    """The STORAGES entry for MEDIA_STORAGE: an absolute folder."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": place, "base_url": None, "file_permissions_mode": 0o600},
    }
