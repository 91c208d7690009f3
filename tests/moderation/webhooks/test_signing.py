"""Our signatures, held against the public verifier."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from moderation.runtime import encryption
from moderation.webhooks import signing

BODY = '{"riskLabel1":"色情","n":0.10}'.encode()


def signed(*secrets: str, body: bytes = BODY, at: int | None = None) -> dict[str, str]:
    return signing.headers(webhook_id="msg_1", timestamp=at or int(time.time()), body=body, secrets=secrets)


def test_the_public_verifier_accepts_what_we_sign() -> None:
    secret = signing.new_secret()
    assert Webhook(secret).verify(BODY, signed(secret)) == json.loads(BODY)


def test_while_two_secrets_are_live_either_verifies() -> None:
    old, new = signing.new_secret(), signing.new_secret()
    headers = signed(new, old)
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)


def test_another_secret_another_body_and_an_old_time_are_refused() -> None:
    secret = signing.new_secret()
    headers = signed(secret)
    for verifier, body, sent in [
        (signing.new_secret(), BODY, headers),
        (secret, BODY.replace(b"0.10", b"0.11"), headers),
        (secret, BODY, headers | {"webhook-id": "msg_2"}),
        (secret, BODY, signed(secret, at=int(time.time()) - 301)),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(verifier).verify(body, sent)


def test_secrets_have_at_least_24_random_bytes_and_are_never_the_same() -> None:
    made = {signing.new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(secret.startswith("whsec_") and len(secret) >= len("whsec_") + 32 for secret in made)


def test_a_secret_at_rest_is_not_readable_and_comes_back() -> None:
    secret = signing.new_secret()
    sealed = encryption.seal(secret)
    assert secret not in sealed
    assert secret.removeprefix("whsec_") not in sealed
    assert encryption.unseal(sealed) == secret


def test_an_earlier_secret_key_still_opens_what_it_sealed(settings: Any) -> None:
    sealed = encryption.seal("whsec_x")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" * 8
    assert encryption.unseal(sealed) == "whsec_x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(encryption.WrongKey):
        encryption.unseal(sealed)
