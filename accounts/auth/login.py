"""Sign people in by e-mail address and password; no sign-up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts import people
from accounts.database.statements import Statement
from accounts.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Administrators create the accounts; sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Set a password that the user changed; audited like every other change."""
        people.set_password(user, password, by=user)


_USER = Statement("SELECT {person} FROM accounts_user person WHERE person.id = %(id)s", person=User)


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Authenticate by e-mail address and password. The signed-in user is loaded with every request."""

    def get_user(self, user_id: int) -> User | None:
        found = _USER.first(id=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
