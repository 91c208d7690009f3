"""A check of the text locator: whether it runs here, and whether it keeps up."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext

from moderation.models import LocatedText, PictureFetch
from moderation.text_locator.wanted import is_on
from review.installation.findings import Finding, Seen, attention, ok

LATE = timedelta(minutes=10)


def text_locator(seen: Seen | None) -> Finding:
    if not settings.LOCATE_TEXT:
        return ok(gettext("It is off (`LOCATE_TEXT`): words without a place are marked in the text alone."))
    if not is_on():
        return ok(
            gettext("The engine of this host is not installed: words without a place are marked in the text alone.")
        )
    pictured = Exists(PictureFetch.objects.filter(pk=OuterRef("case_id"), state="ready", case__state="queued"))
    late = LocatedText.objects.filter(pictured, state="pending", due_at__lt=Now() - LATE).count()
    if late:
        found = gettext("%(n)s texts have waited for more than ten minutes.") % {"n": late}
        return attention(found, gettext("Start another worker, and raise `LOCATE_AT_ONCE`."))
    return ok(gettext("It keeps up."))
