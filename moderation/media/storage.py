"""Configure where pictures are stored: a folder, or a bucket of any S3-compatible service."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from environs import EnvError

_BUCKET = re.compile(r"s3://(?P<name>[a-z0-9][a-z0-9._-]{1,62})(?:/(?P<prefix>[^?#]*))?")


def picture_storage(place: str, **s3: str | None) -> dict[str, Any]:
    """The STORAGES entry for MEDIA_STORAGE: an absolute folder, `s3://bucket` or `s3://bucket/prefix`.

    `s3` are options of the bucket: `endpoint_url`, `access_key`, `secret_key`; those left empty come from AWS's usual
    configuration. Raises EnvError for a place that is neither.
    """
    if bucket := _BUCKET.fullmatch(place):
        given = {name: value for name, value in s3.items() if value}
        prefix = (bucket["prefix"] or "").strip("/")
        options = {"bucket_name": bucket["name"], "location": prefix, **given}
        return {"BACKEND": "moderation.media.bucket.Bucket", "OPTIONS": options}
    if "://" in place or not PurePath(place).is_absolute():
        raise EnvError(f"MEDIA_STORAGE is {place!r}. Give an absolute folder, s3://bucket or s3://bucket/prefix.")
    options = {"location": place, "base_url": None, "allow_overwrite": True}
    return {"BACKEND": "moderation.media.folder.Folder", "OPTIONS": options}
