"""The people as the page of people lists them: who, what, where, last seen, second factor, state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.auth import presence
from accounts.models import User
from accounts.permissions import check, may
from accounts.roles import Permission
from review.models import Membership

PEOPLE_ON_A_PAGE = 50
FACTORS = {
    Authenticator.Type.WEBAUTHN: _("passkey"),
    Authenticator.Type.TOTP: _("app"),
    Authenticator.Type.RECOVERY_CODES: _("codes"),
}
AWAY_FOR = timedelta(minutes=15)  # after that a person is neither here nor about to come back

SHOWN = {
    "all": Q(),
    "no-factor": Q(is_active=True, has_second_factor=False),
    "off": Q(is_active=False),
}


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    queues: Sequence[str]
    factors: Sequence[str]

    @property
    def sees_all(self) -> bool:
        return may(self.user, Permission.SEE_ALL_QUEUES)

    @property
    def presence(self) -> str:
        """`here`, `away` or `gone`."""
        seen = presence.last_seen(self.user)
        if seen is None or not self.user.is_active:
            return "gone"
        return "here" if presence.is_here(self.user) else "away" if seen > timezone.now() - AWAY_FOR else "gone"

    @property
    def seen(self) -> str:
        seen = presence.last_seen(self.user)
        if self.presence == "here":
            return gettext("now")
        return ago(seen) if seen else gettext("never")

    @property
    def seen_at(self) -> datetime | None:
        return presence.last_seen(self.user)

    @property
    def factor_due(self) -> str:
        """Since when or from when on this person must have one; "" when they have one or need none."""
        user = self.user
        if user.has_second_factor or not user.is_active:
            return ""
        if user.lacks_second_factor:
            return gettext("none, asked for at sign-in")
        day = user.second_factor_from
        return gettext("none, due %(day)s") % {"day": formats.date_format(day, "j M")} if day else ""

    @property
    def place(self) -> str:
        """`en · Berlin`"""
        user = self.user
        parts = [user.language.partition("-")[0], user.zone.rpartition("/")[2].replace("_", " ")]
        return " · ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Counts:
    all: int
    here: int
    no_factor: int
    off: int


def find(*, by: User, show: str = "all", typed: str = "", page: str = "1") -> tuple[list[Person], Leaf[User]]:
    """One page of the list: active people first, by name."""
    check(by, Permission.ADMINISTER)
    found = _typed(_shown(show), typed.strip()[:100]).order_by("-is_active", "name", "pk")
    leaf = Paginator(found, PEOPLE_ON_A_PAGE).get_page(page)
    return _people(list(leaf)), leaf


def person(user: User) -> Person:
    return _people([user])[0]


def counts() -> Counts:
    number = User.objects.annotate(at=Greatest("seen_at", "last_login")).aggregate(
        all=Count("pk"),
        here=Count("pk", filter=_here()),
        no_factor=Count("pk", filter=SHOWN["no-factor"]),
        off=Count("pk", filter=SHOWN["off"]),
    )
    return Counts(**number)


def signed_on() -> int:
    """How many people come in by single sign-on."""
    number: int = SocialAccount.objects.values("user").distinct().count()
    return number


def ago(at: datetime) -> str:
    """As a colleague would say it: 6 min ago, 12:40, yesterday, 24 Nov."""
    now, local = timezone.now(), timezone.localtime(at)
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": max(minutes, 1)}
    days = (timezone.localdate() - local.date()).days
    if days < 2:
        return gettext("yesterday") if days else f"{local:%H:%M}"
    return formats.date_format(local, "j M" if local.year == timezone.localdate().year else "j M Y")


def _here() -> Q:
    return Q(is_active=True, at__gt=timezone.now() - presence.HERE_FOR)


def _shown(show: str) -> QuerySet[User]:
    everybody = User.objects.annotate(at=Greatest("seen_at", "last_login"))
    return everybody.filter(_here() if show == "here" else SHOWN.get(show, Q()))


def _typed(users: QuerySet[User], typed: str) -> QuerySet[User]:
    if not typed:
        return users
    in_queue = Membership.objects.filter(user=OuterRef("pk"), queue__name__icontains=typed)
    return users.filter(Q(name__icontains=typed) | Q(email__icontains=typed) | Exists(in_queue))


def _people(users: Sequence[User]) -> list[Person]:
    queues, factors = _queues(users), _factors(users)
    return [Person(user, queues[user.pk], factors[user.pk]) for user in users]


def _queues(users: Collection[User]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(user__in=users).order_by("queue__name").values_list("user_id", "queue__name")
    for pk, name in rows:
        found[pk].append(name)
    return found


def _factors(users: Collection[User]) -> dict[int, list[str]]:
    kinds: dict[int, set[str]] = defaultdict(set)
    for pk, kind in Authenticator.objects.filter(user__in=users).values_list("user_id", "type"):
        kinds[pk].add(kind)
    return defaultdict(
        list, {pk: [str(word) for kind, word in FACTORS.items() if kind in of] for pk, of in kinds.items()}
    )
