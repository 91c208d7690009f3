"""The ids of calls: 32 hexadecimal characters, as the detection service's are."""

from __future__ import annotations

import hashlib
import uuid

from django.http import HttpRequest

from accounts.models import AccessKey
from moderation.gateway.codes import WRONG_PARAMETERS, CallRefused

HEADER = "Idempotency-Key"
LONGEST = 255


def new_request_id() -> str:
    return uuid.uuid4().hex


def repeated_id(request: HttpRequest, body: bytes, key: AccessKey) -> str:
    """The id of a call that may be sent again, "" where it does not say so: the same body, key and Idempotency-Key have
    the same id, and what is stored under an id is stored once. Raises CallRefused.

    A dataId does not say so: a picture is sent again on purpose, for example after the policy was changed.
    """
    told = request.headers.get(HEADER, "")
    if len(told) > LONGEST:
        raise CallRefused(WRONG_PARAMETERS, f"{HEADER}: Is {len(told)} characters long; send at most {LONGEST}.")
    parts = (str(key.pk).encode(), told.encode(), hashlib.sha256(body).digest())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32] if told else ""
