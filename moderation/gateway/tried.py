"""Pictures that people try: moderated as those of a call are, with each step noted as it is reached."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from rest_framework.exceptions import Throttled

from accounts.models import App, User
from accounts.permissions import check
from accounts.rate_limits.rates import Rate
from accounts.rate_limits.throttling import check_rate
from accounts.roles import Permission
from moderation.contract import json_text
from moderation.contract.fields import Fields
from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.gateway.asked import MIB, SYNCHRONOUS_BYTES, Asked, Reached
from moderation.gateway.codes import FAILED, TOO_MANY, WRONG_PARAMETERS, CallRefused, body_of, wrong
from moderation.gateway.moderate import until
from moderation.gateway.parameters import check_types, read_picture
from moderation.gateway.request_ids import new_request_id
from moderation.gateway.responses import Answer, answered_only, moderated
from moderation.media import erase, store, uploads
from moderation.media.render import DecoderDidNotStart, Unshowable, render
from moderation.media.store import StoreDown
from moderation.models import Case, LegalHold, MachineResult, TriedPicture
from moderation.runtime.outages import is_outage

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
RATE = Rate(0.2, 10)  # of one person
SHOWN = 8  # earlier ones of a person
FORGOTTEN_AT_ONCE = 10
_JUDGED = (
    *("raw", "merged", "code", "risk_level", "risk_label1", "risk_label2", "risk_label3"),
    *("route", "listed", "policy_version_id"),
)
_NOTE = "UPDATE moderation_triedpicture SET steps = steps || %s::jsonb WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to try: the bytes of a picture, or the address of one; and what its call would say.
    `only_answer`: no case is made of it, so nobody sees it and nothing is sent.
    """

    app: App
    event: str
    types: str
    language: str
    picture: bytes | None = None
    url: str = ""
    name: str = ""
    only_answer: bool = False

    def body(self, by: User) -> dict[str, Any]:
        data = {"tokenId": f"try_{by.pk}", "lang": self.language}
        about = {"appId": self.app.app_id, "eventId": self.event, "type": self.types}
        return {**about, "data": data | ({} if self.picture is not None else {"img": self.url})}


def begin(wanted: Wanted, *, by: User) -> TriedPicture:
    """Keep it, to be moderated by `run`. Raises CallRefused: 1901, 1902 and 9101 as a call does."""
    check(by, Permission.TRY_PICTURES)
    _check_rate(by)
    body = wanted.body(by)
    _check(wanted, body)
    picture = wanted.picture
    return TriedPicture.objects.create(
        by=by,
        app=wanted.app,
        request_id=new_request_id(),
        name=(wanted.name or wanted.url)[:200],
        request=json_text.dumps(body),
        upload=uploads.keep(picture) if picture is not None else "",
        bytes=len(picture or b""),
        only_answered=wanted.only_answer,
    )


def again(tried: TriedPicture, wanted: Wanted, *, by: User) -> TriedPicture:
    """The same picture as if another call had brought it."""
    if tried.by_id != by.pk:
        raise CallRefused(WRONG_PARAMETERS, "This picture was tried by somebody else.")
    picture = _pixels(tried)
    url = json_text.loads(tried.request.encode())["data"].get("img", "")
    return begin(replace(wanted, picture=picture, url=url, name=tried.name), by=by)


def run(tried: TriedPicture, *, by: User) -> None:
    """Moderate it, once: within the time that a call has. What it comes to is in its row."""
    check(by, Permission.TRY_PICTURES)
    is_ours = TriedPicture.objects.filter(pk=tried.pk, by=by, began_at=None).update(began_at=Now())
    if is_ours:
        told, data = _answer(tried, by)
        row = TriedPicture.objects.filter(pk=tried.pk)
        row.update(ended_at=Now())
        of_no_case = _of_no_case(told, data) if tried.only_answered else {}
        row.update(answer=json_text.dumps(told.body), **of_no_case)


def of_person(person: User) -> list[TriedPicture]:
    """The last ones, the newest first."""
    return list(TriedPicture.objects.filter(by=person).select_related("app").order_by("-created_at")[:SHOWN])


def judged_of(tried: TriedPicture) -> MachineResult | None:
    """The machine's result that a picture which was only answered would have."""
    return MachineResult(**tried.judged) if tried.judged else None


def case_of(tried: TriedPicture) -> Case | None:
    """With its app and its picture."""
    cases = Case.objects.select_related("app", "picture_fetch__picture")
    return cases.filter(app=tried.app_id, full_id=tried.request_id).first()


def forget_old() -> int:
    """Those of more than a day ago, with their pictures, unless the case is under legal hold. Their cases stay. Returns
    how many.
    """
    held = LegalHold.objects.filter(lifted_at=None, case__app=OuterRef("app"), case__full_id=OuterRef("request_id"))
    old = TriedPicture.objects.filter(~Exists(held), created_at__lt=Now() - KEPT).order_by("created_at")
    gone = list(old[:FORGOTTEN_AT_ONCE])
    for tried in gone:
        if case := case_of(tried):
            erase.of_case(case.pk)
        for key in filter(None, (tried.upload, tried.shown)):
            uploads.forget(key)
        tried.delete()
    return len(gone)


def _check_rate(by: User) -> None:
    try:
        check_rate(f"try:{by.pk}", RATE)
    except Throttled as busy:
        raise CallRefused(TOO_MANY, str(busy.detail)) from None


def _check(wanted: Wanted, body: dict[str, Any]) -> None:
    """What a call would be refused for before its picture is looked at."""
    picture = wanted.picture
    if picture is not None and not 0 < len(picture) <= SYNCHRONOUS_BYTES:
        most = SYNCHRONOUS_BYTES // MIB
        raise CallRefused(WRONG_PARAMETERS, f"data.img: The picture is empty or has more than {most} MB.")
    stand_in = {"img": "https://uploaded.invalid/"} if picture is not None else {}
    fields = Fields(body | {"data": body["data"] | stand_in})
    asked = read_picture(fields, app=wanted.app, request_id="", callback="")
    if asked.pixels is not None:
        raise CallRefused(WRONG_PARAMETERS, "data.img: Is not an http(s) address.")
    if fields.errors:
        raise wrong(fields.errors)
    check_types(asked.types, wanted.app)


def _answer(tried: TriedPicture, by: User) -> tuple[Answer, bytes | None]:
    """With the bytes of the picture, where it is only answered and there are any."""
    try:
        asked = _asked(tried)
        if tried.only_answered:
            return answered_only(asked, by=by, until=until())
        (answer,) = moderated([asked], by=by, until=until())
    except CallRefused as refused:
        return Answer(body_of(refused.code, refused.message, tried.request_id)), None
    except Exception as error:
        if isinstance(error, StoreDown) or is_outage(error):
            raise
        log.exception("The picture %s could not be tried", tried.pk)
        return Answer(body_of(FAILED, "This service failed; its log has the reason.", tried.request_id)), None
    return answer, None


def _of_no_case(answer: Answer, data: bytes | None) -> dict[str, Any]:
    """What the page shows in the place of a case: the machine's result, and our copy of the picture."""
    machine = answer.machine
    judged = {name: getattr(machine, name) for name in _JUDGED} if machine else None
    return {"judged": judged, "shown": _copy(data) if machine and data else ""}


def _copy(data: bytes) -> str:
    try:
        return uploads.keep(render(data, max_frames=1).web.data)
    except (Unshowable, DecoderDidNotStart) as why:
        log.warning("The picture that was tried cannot be shown: %s", why)
        return ""


def _asked(tried: TriedPicture) -> Asked:
    body = json_text.loads(tried.request.encode())
    request = read_request(root(body)) or Request(raw={})
    note = partial(_note, tried)
    return Asked(tried.app, tried.request_id, body, request, pixels=_pixels(tried), watch=note)


def _pixels(tried: TriedPicture) -> bytes | None:
    if not tried.upload:
        return None
    try:
        return store.get(tried.upload)
    except FileNotFoundError:
        raise CallRefused(FAILED, "The picture is not in the picture store any more.") from None


def _note(tried: TriedPicture, reached: Reached) -> None:
    """By a connection that goes back at once: none is held while engines look."""
    step = {"step": reached.step, "ms": reached.milliseconds, **reached.told}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [json_text.dumps([step]), tried.pk])
    if not connection.in_atomic_block:
        connection.close()
