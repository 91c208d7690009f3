"""What the signed-in person has chosen for their pages. Their row is loaded with every request."""

from __future__ import annotations

from functools import partial
from typing import NoReturn, cast

from django.db import Error
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User


def choice_of(request: HttpRequest, name: str) -> str:
    """A column of the user's row; "" for a visitor, and when the database fails: the view fails of it too, at once, and
    its answer is told to try again.
    """
    try:
        return str(getattr(request.user, name, ""))
    except Error as error:
        request.user = cast(User, SimpleLazyObject(partial(_fail, error)))
        return ""


def _fail(error: Error) -> NoReturn:
    raise error
