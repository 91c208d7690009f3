"""Slow down those who guess passwords, without locking out the person whose password it is.

Each attempt is counted before the password is looked at, so that many at once are no way around, and given back when
the password is right. A browser in which the person has signed in before (known_devices) is counted by itself: nobody
else's guesses slow it down. All others are counted by account and address, by address, and by account. The count of an
account lets ten times as many through as one address may try, so that only guessing from many addresses at once slows
down a new device elsewhere; `manage.py sign_in_link` lets its person in meanwhile. Nothing is locked for good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from accounts.auth import known_devices
from accounts.models import User
from accounts.rate_limits import rates
from accounts.rate_limits.rates import Rate

KNOWN_DEVICE = Rate(1 / 60, burst=10)
FROM_ONE_ADDRESS = Rate(1 / 60, burst=5)  # for one account
ADDRESS = Rate(1 / 6, burst=30)  # for all accounts
ACCOUNT = Rate(1 / 30, burst=50)  # from all addresses

Counted = tuple[str, Rate]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`wait` are the seconds until another attempt is let through; 0 when this one is."""

    counted: tuple[Counted, ...]
    wait: float = 0.0

    def give_back(self) -> None:
        """The password was right."""
        for caller, rate in self.counted:
            rates.give_back(caller, rate)


def begin(request: HttpRequest, *, email: str, address: str) -> Attempt:
    """Count an attempt to sign in. Known and unknown e-mail addresses are counted alike."""
    return _take(_counts(request, email, address))


def begin_code(request: HttpRequest, user: User, *, address: str) -> Attempt:
    """Count an attempt at a second factor, apart from those at the password and in the same way."""
    device = known_devices.known_to(request, user)
    if device:
        return _take([(f"code:device:{user.pk}:{device[:20]}", KNOWN_DEVICE)])
    return _take([(f"code:pair:{user.pk}:{address}", FROM_ONE_ADDRESS), (f"code:account:{user.pk}", ACCOUNT)])


def _take(counts: Iterable[Counted]) -> Attempt:
    counted = list[Counted]()
    for caller, rate in counts:
        wait = rates.take(caller, rate)
        if wait:
            Attempt(tuple(counted)).give_back()  # a refused attempt uses up nothing
            return Attempt((), wait)
        counted.append((caller, rate))
    return Attempt(tuple(counted))


def _counts(request: HttpRequest, email: str, address: str) -> list[Counted]:
    user = User.objects.filter(email__iexact=email.strip()).first()
    account = str(user.pk) if user else hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:20]
    device = known_devices.known_to(request, user) if user else None
    if device:
        return [(f"sign-in:device:{account}:{device[:20]}", KNOWN_DEVICE)]
    return [
        (f"sign-in:pair:{account}:{address}", FROM_ONE_ADDRESS),
        (f"sign-in:address:{address}", ADDRESS),
        (f"sign-in:account:{account}", ACCOUNT),
    ]
