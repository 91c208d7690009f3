"""Recognise a browser in which a person has signed in before, by a cookie that is replaced at each sign-in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse

from accounts.models import KnownDevice, User

REMEMBERED = timedelta(days=180)
MOST_OF_ONE_PERSON = 20

_SIGNER = Signer(salt="accounts.known-devices")


def known_to(request: HttpRequest, user: User) -> str | None:
    """The digest of the browser's token when this person has signed in there, else None."""
    digest = _digest_of(request)
    live = KnownDevice.objects.filter(user=user, token_sha256=digest, signed_in_at__gt=Now() - REMEMBERED)
    return digest if digest and live.exists() else None


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Give the browser a new token, in place of the one it had: it is as well known to others who use it."""
    token = secrets.token_urlsafe(32)
    digest, before = _sha256(token), _digest_of(request)
    with transaction.atomic():
        if before:
            KnownDevice.objects.filter(token_sha256=before).update(token_sha256=digest)
        KnownDevice.objects.update_or_create(user=user, token_sha256=digest, defaults={"signed_in_at": Now()})
        _forget_the_oldest(user)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        _SIGNER.sign(token),
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _forget_the_oldest(user: User) -> None:
    known = KnownDevice.objects.filter(user=user)
    kept = known.filter(signed_in_at__gt=Now() - REMEMBERED).order_by("-signed_in_at", "-pk")
    known.exclude(pk__in=list(kept.values_list("pk", flat=True)[:MOST_OF_ONE_PERSON])).delete()


def _digest_of(request: HttpRequest) -> str:
    """The digest of the token that the browser sent; "" when it sent none of ours."""
    try:
        return _sha256(_SIGNER.unsign(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")))
    except BadSignature:
        return ""


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
