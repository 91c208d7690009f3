"""Checks of the ways in: the secret key, settings that are not safe, proxies, TLS, and failed sign-ins."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.audit_actions import AuditAction
from accounts.auth import guesses
from accounts.models import AuditEvent
from moderation import readiness
from moderation.runtime import insecure_settings
from moderation.runtime.insecure_settings import Given
from review.installation.findings import Finding, Seen, attention, broken, ok

LATELY = timedelta(hours=1)
LOOKED_AT = 1000  # failed sign-ins
NAMED = 3


def secret_key(seen: Seen | None) -> Finding:
    closed, stored = secrets = readiness.closed_secrets()
    if readiness.is_another_key(secrets=secrets):
        told = gettext("It is not the one that this database was used with.")
        return broken(told, gettext("Set `SECRET_KEY` to the one that this database was used with."))
    if closed:
        found = gettext("It does not decrypt %(closed)d of %(stored)d stored secrets.")
        told = found % {"closed": closed, "stored": stored}
        return attention(told, gettext("Rotate the secrets of endpoints whose deliveries wait."))
    if insecure_settings.is_guessable(settings.SECRET_KEY):
        return broken(gettext("It can be guessed."), gettext("Set `SECRET_KEY` to at least 32 random characters."))
    return ok(gettext("It decrypts all stored secrets and cannot be guessed."))


def unsafe_settings(seen: Seen | None) -> Finding:
    """All but the secret key and HTTPS, which have their own checks."""
    networks = settings.OUTBOUND_ALLOWED_NETWORKS
    given = Given(settings.SECRET_KEY, settings.DEBUG, settings.ALLOWED_HOSTS, settings.HTTPS, networks)
    found = [name for name in insecure_settings.insecure(given) if name not in ("SECRET_KEY", "HTTPS")]
    if found:
        told = gettext("Not safe with other people's data: `%(names)s`.") % {"names": ", ".join(found)}
        return attention(told, gettext("See `.env.example` for what to set instead."))
    return ok(gettext("None."))


def proxies(seen: Seen | None) -> Finding:
    """Behind proxies that are not counted all people share one address, and one count of failed sign-ins."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = gettext("`TRUSTED_PROXIES` is %(n)d.") % {"n": trusted}
    if seen is None:
        elsewhere = gettext("The health page compares it with its own request.")
        return ok(f"{told} {elsewhere}")
    came = len(seen.forwarded)
    told = f"{told} " + ngettext(
        "This request names %(n)d address in `X-Forwarded-For`.",
        "This request names %(n)d addresses in `X-Forwarded-For`.",
        came,
    ) % {"n": came}
    if came < trusted:
        return broken(told, gettext("Set `TRUSTED_PROXIES` to the number of proxies in front: nobody can sign in so."))
    if came and not trusted:
        return attention(told, gettext("Set `TRUSTED_PROXIES`, else all people share one count of failed sign-ins."))
    return ok(told)


def tls(seen: Seen | None) -> Finding:
    to_do = gettext("End TLS in a proxy that sets `X-Forwarded-Proto`, and set `HTTPS=true`.")
    if not settings.HTTPS:
        return attention(gettext("HTTPS is off: passwords and cookies can be read on their way."), to_do)
    if seen is not None and not seen.secure:
        return broken(gettext("HTTPS is on, and this request did not come by it."), to_do)
    days = settings.SECURE_HSTS_SECONDS // 86_400
    return ok(gettext("HTTPS is on: cookies are Secure, HSTS lasts %(n)d days.") % {"n": days})


def sign_ins(seen: Seen | None) -> Finding:
    """Accounts on which attempts failed as often within the hour as one address may try at once."""
    failed = AuditEvent.objects.filter(action=AuditAction.USER_SIGN_IN_FAILED.value).order_by("-id")
    since = timezone.now() - LATELY
    tried = Counter(
        on_id or str(details.get("unknown", ""))
        for at, on_id, details in failed.values_list("at", "on_id", "details")[:LOOKED_AT]
        if at >= since
    )
    count = tried.total()
    found = ngettext("%(n)d failed in the last hour", "%(n)d failed in the last hour", count) % {"n": count}
    often = sum(failures >= guesses.FROM_ONE_ADDRESS.burst for failures in tried.values())
    if not often:
        return ok(f"{found}.")
    accounts = ngettext("on %(n)d account often", "on %(n)d accounts often", often) % {"n": often}
    return attention(
        f"{found}, {accounts}.",
        gettext(
            "Whoever goes on trying from one address is slowed down. Look at where they come from in the audit; "
            "`manage.py sign_in_link` lets a person in meanwhile."
        ),
    )
