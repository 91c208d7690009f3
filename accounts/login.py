"""How people sign in."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import people
from accounts.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Administrators make the accounts; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Somebody changed their own password; audited like every other change."""
        people.set_password(user, password, by=user)
