"""Encrypt the secrets that are needed again in clear (endpoints', the detection service's) with a key derived from
SECRET_KEY.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class WrongKey(Exception):
    """The secret was sealed with another SECRET_KEY. Only that key helps."""


def seal(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode()


def unseal(ciphertext: str) -> str:
    """Raises WrongKey."""
    try:
        return _cipher().decrypt(ciphertext.encode()).decode()
    except InvalidToken as error:
        raise WrongKey("SECRET_KEY is not the one that this secret was sealed with.") from error


def opens(ciphertext: str) -> bool:
    """Whether SECRET_KEY or one of SECRET_KEY_FALLBACKS opens it."""
    try:
        unseal(ciphertext)
    except WrongKey:
        return False
    return True


def _cipher() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str | bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"endpoint secrets").derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))
