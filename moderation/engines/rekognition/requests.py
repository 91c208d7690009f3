"""Write and sign calls to Amazon Rekognition. botocore signs; the call itself goes through `moderation.outbound`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.engines.post import Call
from moderation.engines.protocol import Frame

SERVICE = "rekognition"
CONTENT_TYPE = "application/x-amz-json-1.1"
MOST_BYTES = 5 * 1024 * 1024
"""Of a picture that is sent within a call."""
LEAST_CONFIDENCE = 50  # of 100

ABOUT: Mapping[str, Mapping[str, object]] = {
    "DetectModerationLabels": {"MinConfidence": LEAST_CONFIDENCE},
    "DetectFaces": {"Attributes": ["DEFAULT"]},
    "DetectText": {"Filters": {"WordFilter": {"MinConfidence": LEAST_CONFIDENCE}}},
}
"""What each call says beside the picture."""


@dataclass(frozen=True, slots=True)
class Account:
    url: str
    region: str
    key_id: str
    secret: str = field(repr=False)


def call(operation: str, frame: Frame, account: Account) -> Call:
    """Imports botocore here: it costs a process 20 MB, and most never sign anything."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    picture = {"Bytes": base64.b64encode(frame.data).decode("ascii")}
    content = json.dumps({"Image": picture, **ABOUT[operation]}).encode()
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": f"RekognitionService.{operation}"}
    request = AWSRequest("POST", account.url, headers=headers, data=content)
    credentials = Credentials(account.key_id, account.secret)
    SigV4Auth(credentials, SERVICE, account.region).add_auth(request)
    return Call(account.url, content, dict(request.headers.items()))
