"""Our copy of a picture, for signed-in people who may see its case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.auth.access import signed_in
from accounts.database.statements import Statement
from moderation.media import lost_files, store
from moderation.models import Picture
from review.cases import picture_views
from review.permissions import can_see_case

RENDITIONS = ("web", "preview", "blurred", "thumbnail", "full")
HEADERS = {
    # The browser may cache it, but must revalidate: a picture is not shown after its viewer's session has ended.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_READY = Statement(
    """
    SELECT {picture}
      FROM moderation_picturefetch picture_fetch
      JOIN moderation_picture picture ON picture.sha256 = picture_fetch.picture_id
     WHERE picture_fetch.case_id = %(case)s AND picture_fetch.state = 'ready'
    """,
    picture=Picture,
)


@require_safe
def picture(request: HttpRequest, case_id: int, rendition: str) -> HttpResponseBase:
    seen = _seen_by(request, case_id)
    key: str = _blurred(seen, request.GET.get("strength")) if rendition == "blurred" else getattr(seen, rendition)
    if not key:
        raise Http404
    if rendition != "blurred":
        picture_views.count(signed_in(request), int(case_id))
    return answer(request, seen, key)


def _blurred(seen: Picture, strength: str | None) -> str:
    """The strongest unless another step of the ladder is named: a fault must never show too much."""
    return {"1": seen.blurs[0], "2": seen.blurs[1]}.get(strength or "", seen.blurred)


@require_safe
def frame(request: HttpRequest, case_id: int, number: int, small: bool) -> HttpResponseBase:
    """One frame of an animation, by its number in the source; `small` for a strip of all of them."""
    seen = _seen_by(request, case_id)
    for kept in seen.kept_frames:
        if kept.number == int(number):
            picture_views.count(signed_in(request), int(case_id))
            return answer(request, seen, kept.preview if small else kept.web)
    raise Http404


def _seen_by(request: HttpRequest, case_id: int) -> Picture:
    """404 also when the user may not see the case, so that its existence is not disclosed."""
    found = _READY.first(case=case_id)
    if found is None or not can_see_case(request.user, case_id):
        raise Http404
    ready: Picture = found[0]
    return ready


def answer(request: HttpRequest, seen: Picture | None, key: str) -> HttpResponseBase:
    """A file of this picture, for somebody who was found to be allowed to see it. `seen` is None for a copy that
    belongs to no case.
    """
    etag = f'"{key[-32:]}"'
    given = get_conditional_response(request, etag=etag) or _content(seen, key)
    for name, value in (HEADERS | {"ETag": etag}).items():
        given[name] = value
    return given


def _content(seen: Picture | None, key: str) -> HttpResponse:
    try:
        return HttpResponse(store.get(key), content_type="image/jpeg")
    except FileNotFoundError:
        if seen:
            lost_files.report(seen)
        raise Http404 from None
