"""How people sign in."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts import people
from accounts.database.prepared_query import Given, composed
from accounts.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Administrators make the accounts; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Somebody changed their own password; audited like every other change."""
        people.set_password(user, password, by=user)


_WHO = composed(lambda: User.objects.filter(pk=Given("user")))


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """By address and password. Who is signed in is asked with every request."""

    def get_user(self, user_id: int) -> User | None:
        return next(filter(self.user_can_authenticate, _WHO(user=user_id)), None)
