"""Who needs a second factor, who has one, and what to do when it is lost.

The factors themselves are allauth.mfa's. What every request has to know is kept on the user's row: whether they have
one, and from when their role needs it (`User.lacks_second_factor`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts import audit, sign_out
from accounts.audit_actions import AuditAction
from accounts.models import Invitation, SecondFactorRule, User
from accounts.permissions import check
from accounts.roles import Permission, Role
from accounts.versions import Edited

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one of these


def rules() -> dict[str, date]:
    """From when on each role needs a second factor; roles that need none are missing."""
    return dict(SecondFactorRule.objects.values_list("role", "required_from"))


def is_needed_by(user: User) -> bool:
    """By the rule of the role, or as the invitation asked, which the person's row forgets once there is one."""
    day = rules().get(user.role)
    is_due = day is not None and day <= timezone.now().date()
    return is_due or Invitation.objects.filter(user=user, second_factor=True).exists()


def require(wanted: Mapping[str, date | None], *, by: User | str, expected_version: str | None = None) -> None:
    """Set for each given role the day from which it needs a second factor; None: it needs none. Raises Conflict."""
    _check(by)
    with transaction.atomic():
        lock()
        EDITED.check(expected_version, SecondFactorRule())
        before = rules()
        for role, day in wanted.items():
            _set_rule(Role(role), day)
        told = {"before": _in_words(before), "after": _in_words(rules())}
        audit.record(AuditAction.SECOND_FACTOR_REQUIRED, by=by, on=SecondFactorRule(), **told)


def lock() -> None:
    """One at a time: to change the rules, and to add whom they count for. It locks the administrators' rows."""
    list(User.objects.select_for_update(no_key=True).filter(role=Role.ADMINISTRATOR).order_by("pk"))


def apply_rule(user: User) -> None:
    """To a person who is new or gets another role. The caller has the lock, and saves them."""
    rule = SecondFactorRule.objects.filter(role=user.role).first()
    user.second_factor_from = rule.required_from if rule else None


def recount(user: User) -> None:
    """Note whether the person has a factor, after one was added or removed."""
    has = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    asked = {"second_factor_asked": False} if has else {}
    User.objects.filter(pk=user.pk).update(has_second_factor=has, **asked)
    user.refresh_from_db(fields=["has_second_factor", "second_factor_asked"])


def reset(user: User, *, by: User | str) -> None:
    """Remove a lost factor with its recovery codes, and end the sessions: the next sign-in asks for the password alone,
    and leads to a new factor.
    """
    _check(by)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        kinds = sorted(Authenticator.objects.filter(user=locked).values_list("type", flat=True))
        Authenticator.objects.filter(user=locked).delete()
        asked = bool(set(kinds) & set(FACTORS)) or locked.second_factor_asked
        User.objects.filter(pk=user.pk).update(has_second_factor=False, second_factor_asked=asked)
        sign_out.everywhere(locked, by=by)
        audit.record(AuditAction.USER_SECOND_FACTOR_RESET, by=by, on=locked, kinds=kinds)
    user.refresh_from_db()


def _set_rule(role: Role, day: date | None) -> None:
    if day is None:
        SecondFactorRule.objects.filter(role=role).delete()
    else:
        SecondFactorRule.objects.update_or_create(role=role, defaults={"required_from": day})
    User.objects.filter(role=role).update(second_factor_from=day)


def _in_words(rules: Mapping[str, date]) -> dict[str, str]:
    return {role: day.isoformat() for role, day in sorted(rules.items())}


def _values(rule: SecondFactorRule) -> dict[str, str]:
    return {role: _in_words(rules()).get(role, "") for role in Role.values}


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)


EDITED = Edited(_values, recorded_as=[AuditAction.SECOND_FACTOR_REQUIRED], labels=dict(Role.choices))
