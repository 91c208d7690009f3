"""A bucket as the picture store. Imported only where MEDIA_STORAGE names one: boto3 takes a third of a second."""

from __future__ import annotations

import io

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name


class Bucket(S3Storage):  # type: ignore[misc] # django-storages ships no types
    """One round trip to write a picture and one to read it.

    Objects are private by default; no ACL is sent, since today's buckets refuse any. No URL of an object is given to
    clients, signed or not; our view sends the bytes.
    """

    client_config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 2},
        # Not every S3-compatible service supports the checksums that newer clients add.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    transfer_config = TransferConfig(use_threads=False, multipart_threshold=64 * 1024 * 1024)
    querystring_auth = False

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Read with one request: django-storages asks twice for an object's size before it reads it."""
        key = self._normalize_name(clean_name(name))
        try:
            body = self.bucket.Object(key).get()["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                raise FileNotFoundError(name) from error
            raise
        return File(io.BytesIO(body), name)
