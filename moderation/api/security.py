"""The API's authentication schemes in its OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself by subclassing
    target_class = "accounts.auth.authentication.BearerKey"
    name = "accessKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An access key with the call's scope."}


class SignedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself by subclassing
    target_class = "review.api.stage.SessionUser"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "With the X-CSRFToken header."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": told}
