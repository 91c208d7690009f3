"""The headers of a webhook: ours, its signature, and those that the endpoint asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from moderation.messages import LedgerCode
from moderation.outbound.errors import OurFault
from moderation.runtime import encryption
from moderation.webhooks import custom_headers, signing
from moderation.webhooks.custom_headers import Stored

OURS = {"content-type": "application/json", "user-agent": "Second-Look/1"}


def headers(
    *, webhook_id: str, at: datetime, body: bytes, secrets: Sequence[str], custom: Stored, show: bool = False
) -> dict[str, str]:
    """As they are sent at this time, signed with each of the sealed `secrets`; with `show` as people may see them.
    A gateway's callback has no secret, as the contract has no signatures.

    Raises OurFault: an error before anything is sent is not the receiver's fault.
    """
    try:
        asked_for = dict(custom_headers.shown(custom)) if show else custom_headers.opened(custom)
        signed = signing.headers(
            webhook_id=webhook_id,
            timestamp=int(at.timestamp()),
            body=body,
            secrets=[encryption.unseal(ciphertext) for ciphertext in secrets],
        )
    except encryption.WrongKey as error:
        raise OurFault(LedgerCode.DELIVERY_WRONG_KEY) from error
    except Exception as error:
        raise OurFault(LedgerCode.DELIVERY_NOT_SIGNED, detail=str(error) or type(error).__name__) from error
    return {**asked_for, **OURS, **signed}
