"""The engines of all apps on one page, and trying some of them with a picture. Nothing of the picture is stored."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from csp.decorators import csp_update
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.auth.access import administrators_only
from accounts.models import App
from moderation.contract import json_text
from moderation.contract.values import Box
from moderation.engines import kinds
from moderation.engines.chain import Link, links_of
from moderation.engines.embedded.host import is_installed
from moderation.engines.protocol import Findings
from moderation.gateway import engine_trial
from moderation.gateway.asked import SYNCHRONOUS_BYTES
from moderation.gateway.engine_trial import Crowded, TrialFailed, Tried
from moderation.media import render as media
from moderation.media.render import DecoderDidNotStart, Unshowable
from moderation.runtime.encryption import WrongKey
from review.statistics import engines as statistics

TYPES = "EROTIC_QRCODE_IMGTEXTRISK_FACE"  # what the engine of this host can look for
ALL = "all"
"""All engines of the app, joined."""
_WITH_PICTURE = csp_update({"img-src": "data:"})
"""For the picture that was sent, which has no address."""


class TrialForm(forms.Form):
    engine = forms.ChoiceField(label=_("Engine"), required=False)
    types = forms.RegexField(
        r"^[A-Za-z0-9]+(_[A-Za-z0-9]+)*\Z",
        label=_("Types"),
        max_length=64,
        help_text=_("As in a call's type, joined by underscores."),
        error_messages={"invalid": _("Write them like POLITY_EROTIC_AD.")},
    )
    picture = forms.FileField(label=_("Picture"), help_text=_("At most 10 MiB. It is not kept."))

    def __init__(self, *given: Any, app: App, **more: Any) -> None:
        super().__init__(*given, **more)
        own = [(str(row.pk), str(kinds.Kind(row.kind).label)) for row in app.engines.order_by("order")]
        choices = [(ALL, _("all of this app")), *own] if len(own) > 1 else own
        engine = cast(forms.ChoiceField, self.fields["engine"])
        engine.choices = choices or [(ALL, kinds.Kind.EMBEDDED.label)]

    def clean_picture(self) -> UploadedFile[Any]:
        picture: UploadedFile[Any] = self.cleaned_data["picture"]
        size = picture.size or 0
        if size > SYNCHRONOUS_BYTES:
            told = gettext("It has %(size)s; at most %(most)s are taken.")
            raise forms.ValidationError(
                told % {"size": filesizeformat(size), "most": filesizeformat(SYNCHRONOUS_BYTES)}
            )
        return picture


class NoEngine(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of our own making, as a data: URL; "" when it cannot be shown."""

    url: str
    width: int
    height: int
    boxes: Sequence[Box]


@require_GET
@administrators_only
def overview(request: HttpRequest) -> HttpResponse:
    context = {"rows": statistics.rows(), "days": statistics.last_days(), "is_installed": is_installed()}
    return render(request, "manage/engines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """`?engine=` chooses one of the app's engines by the number of its row."""
    app = get_object_or_404(App, pk=pk)
    chosen = {"engine": request.GET.get("engine", ""), "types": app.allowed_types[:64] or TYPES}
    form = TrialForm(request.POST or None, request.FILES or None, app=app, initial=chosen)
    context = {"app": app, "form": form}
    if request.method == "POST" and form.is_valid():
        context |= _tried(app, form)
    status = 422 if form.errors or "failure" in context else 200
    shown = partial(render, template_name="manage/engine_trial.html", context=context, status=status)
    return cast(HttpResponse, _WITH_PICTURE(shown)(request)) if "tried" in context else shown(request)


def _tried(app: App, form: TrialForm) -> dict[str, Any]:
    """What the page shows of it."""
    data = form.cleaned_data["picture"].read()
    try:
        links = _links(app, form.cleaned_data["engine"])
        tried = engine_trial.try_engines(app, links, data, types=form.cleaned_data["types"])
    except TrialFailed as failed:
        return {"failure": failed.why, "milliseconds": failed.milliseconds}
    except Crowded:
        return {"failure": gettext("Another picture is being tried just now. Try again in a moment.")}
    except (WrongKey, NoEngine) as error:
        return {"failure": str(error)}
    return {"tried": tried, "shown": _shown(data, tried), "json": json_text.pretty(tried.body)}


def _links(app: App, engine: str) -> list[Link]:
    """Raises WrongKey, NoEngine."""
    if engine not in ("", ALL):
        return [Link(kinds.engine_of(app.engines.get(pk=engine)), app=app.pk)]
    links = links_of(app)
    if not links:
        raise NoEngine(gettext("This app has no engine, and none is installed on this host."))
    return links


def _shown(data: bytes, tried: Tried) -> Shown:
    width, height = tried.size
    boxes = list(_boxes(tried.found))
    try:
        copy = media.render(data, max_frames=1).web
    except (Unshowable, DecoderDidNotStart):
        return Shown("", width, height, boxes)
    return Shown(f"data:image/jpeg;base64,{base64.b64encode(copy.data).decode('ascii')}", width, height, boxes)


def _boxes(found: Findings) -> Iterator[Box]:
    """Also of the lines of text, which have no box of their own."""
    yield from found.evidence.boxes
    for number, line in enumerate(found.evidence.text.lines, start=1):
        place = line.outline
        yield Box(f"line-{number}", "text", line.text, place.probability, place.location, polygon=place.polygon)
