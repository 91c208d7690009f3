"""Each page is in its reader's language: the one they chose, else that of the language cookie, else their browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language

from accounts import people
from accounts.auth import reader
from accounts.models import User

Handler = Callable[[HttpRequest], HttpResponse]

_OURS = {code for code, _ in settings.LANGUAGES}


class InReadersLanguage:
    """Activates the language of a signed-in person who has one; Django's LocaleMiddleware has activated the browser's.
    The user's row is loaded with every request, so this costs no query.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = reader.person_of(request)
        language = person.language if person else ""
        if language in _OURS and language != translation.get_language():
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


def choose(request: HttpRequest) -> HttpResponseBase:
    """Django's view keeps the choice in a cookie of the browser; a signed-in person's goes with them as well."""
    language = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if request.method == "POST" and isinstance(request.user, User) and language in _OURS:
        people.choose_language(request.user, language)
    return set_language(request)
