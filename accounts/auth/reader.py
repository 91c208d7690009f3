"""The person who reads the page, for middleware. Their row is loaded with every request, so asking costs no query."""

from __future__ import annotations

from functools import partial
from typing import NoReturn, cast

from django.db import Error
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User


def person_of(request: HttpRequest) -> User | None:
    """None for a visitor, and when the database fails: the view fails of it too, at once, and its answer is told to try
    again.
    """
    try:
        return request.user if isinstance(request.user, User) else None
    except Error as error:
        request.user = cast(User, SimpleLazyObject(partial(_fail, error)))
        return None


def _fail(error: Error) -> NoReturn:
    raise error
