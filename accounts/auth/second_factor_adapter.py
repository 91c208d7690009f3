"""How allauth.mfa keeps second factors: sealed, under our name, and never less than the role needs."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.module_loading import import_string

from accounts import second_factor


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    def encrypt(self, text: str) -> str:
        return str(import_string(settings.SEAL)(text))

    def decrypt(self, encrypted_text: str) -> str:
        return str(import_string(settings.UNSEAL)(encrypted_text))

    def get_totp_issuer(self) -> str:
        return f"Second Look ({self._get_site_name()})"

    def build_totp_svg(self, url: str) -> str:
        """Inside the page: its policy lets no picture come from a data: URL."""
        drawn: str = super().build_totp_svg(url)
        return drawn.partition("?>")[2]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of a person who needs one is replaced, not removed."""
        user = authenticator.user
        if authenticator.type not in second_factor.FACTORS or not second_factor.is_needed_by(user):
            return True
        others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS).exclude(pk=authenticator.pk)
        return bool(others.exists())
