"""Our copy of a picture, for signed-in people who may see its case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from moderation.media import store
from moderation.models import PictureFetch
from review.permissions import can_see_case

RENDITIONS = ("web", "preview", "thumbnail")


@require_GET
def picture(request: HttpRequest, case_id: int, rendition: str) -> HttpResponse:
    """404 also for who may not see the case: that it exists is not told."""
    fetch = PictureFetch.objects.select_related("case", "picture").filter(pk=case_id, state="ready").first()
    if fetch is None or fetch.picture is None or not can_see_case(request.user, fetch.case):
        raise Http404
    key: str = getattr(fetch.picture, rendition)
    try:
        content = store.get(key)
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(content, content_type="image/jpeg", headers=_headers(key))


def _headers(key: str) -> dict[str, str]:
    return {
        "Cache-Control": "private, max-age=3600, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": f'"{key[-32:]}"',
    }
