"""The app of a submission: the one it names, checked against its access key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from accounts.models import AccessKey, App
from moderation import cache_versions
from moderation.contract import ContractError
from moderation.contract.values import FieldError, Submission

POINTER = "/appId"


@dataclass(frozen=True, slots=True)
class Senders:
    """What can name the app of a submission. `named` is the query's `appId`."""

    key: AccessKey
    named: str

    @classmethod
    def of(cls, request: Request) -> Senders:
        return cls(cast(AccessKey, request.auth), request.query_params.get("appId", ""))

    def app_of(self, submission: Submission) -> App:
        """Raises ContractError when no registered app is named, PermissionDenied when it is not the key's own."""
        own = self.key.app
        if submission.app_id and self.named and submission.app_id != self.named:
            detail = f'The body names the app "{submission.app_id}", the query "{self.named}". Name one app.'
            raise ContractError(FieldError(POINTER, detail))
        named = submission.app_id or self.named or (own.app_id if own else "")
        if not named:
            detail = "This key sees every app: name one here, or in the query as ?appId=."
            raise ContractError(FieldError(POINTER, detail))
        if own and own.app_id != named:
            raise PermissionDenied(f'This access key is for the app "{own.app_id}" only, not for "{named}".')
        if (app := own or registered(named)) is None:
            detail = f'The app "{named}" is not registered. An administrator can add it.'
            raise ContractError(FieldError(POINTER, detail))
        return app


def registered(app_id: str) -> App | None:
    return _REGISTERED.current().get(app_id)


def all_registered() -> list[App]:
    return list(_REGISTERED.current().values())


def _build() -> dict[str, App]:
    return {app.app_id: app for app in App.objects.all()}


_REGISTERED = cache_versions.CachedValue("apps", _build)
forget = _REGISTERED.forget
