"""Make and store the renditions of a picture: try the addresses of its fetch in turn, or read its upload."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from moderation.media import store, uploads
from moderation.media.display_errors import Unshowable
from moderation.media.full_size import full_size
from moderation.media.render import render
from moderation.media.rendition import Rendered, Rendition
from moderation.messages import LedgerCode, Message
from moderation.models import Picture, PictureFetch
from moderation.outbound.client import fetch_picture
from moderation.outbound.errors import Failed, OutboundError
from moderation.outbound.retry_after import asked_wait


@dataclass(frozen=True, slots=True, eq=False)
class CannotShow(Exception):
    """The picture cannot be shown. `may_pass`: another try can succeed; `asked`: the wait that the host asked for."""

    why: Message
    may_pass: bool = False
    asked: timedelta = timedelta()


def prepare(row: PictureFetch) -> Picture:
    """The row's picture, not yet saved: the existing one when the same bytes came before, else made now.

    Raises CannotShow, StoreDown.
    """
    if not row.upload:
        return _from_addresses(row)
    try:
        return _uploaded(row.upload)
    except FileNotFoundError:
        if row.url or row.backup_url:  # bytes that a machine of ours was shown; ours are lost
            return _from_addresses(row)
        raise CannotShow(Message(LedgerCode.PICTURE_KEPT_NO_MORE)) from None


def _uploaded(key: str) -> Picture:
    return _known(uploads.sha256_of(key)) or picture_of(store.get(key))


def _from_addresses(row: PictureFetch) -> Picture:
    """`backupUrl` is tried whatever was wrong with the first: a dead host may also answer with a web page."""
    try:
        return _downloaded(row, row.url)
    except CannotShow as first:
        if row.backup_url in ("", row.url):
            raise
        try:
            return _downloaded(row, row.backup_url)
        except CannotShow as second:
            why = Message(LedgerCode.PICTURE_BOTH_ADDRESSES, first=first.why, second=second.why)
            may_pass = first.may_pass or second.may_pass
            raise CannotShow(why, may_pass, max(first.asked, second.asked)) from None


def _downloaded(row: PictureFetch, url: str) -> Picture:
    # Checked again now: the administrator may have changed the app since the request came.
    verify = row.verify_tls or not row.case.app.allows_ignore_tls
    try:
        allowed, own = settings.OUTBOUND_ALLOWED_NETWORKS, settings.OWN_HOSTS
        return picture_of(fetch_picture(url, allowed=allowed, own_hosts=own, verify=verify).body)
    except Failed as failure:
        asked = asked_wait(failure.retry_after, now=timezone.now())
        raise CannotShow(failure.why, failure.retry, max(asked, timedelta())) from failure
    except OutboundError as problem:
        raise CannotShow(problem.why) from problem


def picture_of(data: bytes) -> Picture:
    """Store the renditions of these bytes and return the unsaved picture. Raises CannotShow, StoreDown."""
    try:
        return _known(hashlib.sha256(data).hexdigest()) or _kept(render(data), data)
    except Unshowable as problem:
        raise CannotShow(problem.message) from problem


def _known(sha256: str) -> Picture | None:
    return Picture.objects.filter(sha256=sha256, files_lost=False).first()


def _kept(rendered: Rendered, data: bytes) -> Picture:
    web = _keep(rendered.web)
    webs = [web, *map(_keep, rendered.frame_webs[1:])]  # the first is `web` itself
    frames = zip(rendered.frame_numbers, webs, map(_keep, rendered.frame_previews), strict=False)
    return Picture(
        sha256=rendered.sha256,
        format=rendered.format,
        width=rendered.width,
        height=rendered.height,
        orientation=rendered.orientation,
        frames=rendered.frames,
        incomplete=rendered.incomplete,
        web=web,
        preview=_keep(rendered.preview),
        blurred=_keep(rendered.blurred),
        blurred_light=_keep(rendered.blurred_light),
        blurred_medium=_keep(rendered.blurred_medium),
        thumbnail=_keep(rendered.thumbnail),
        full=_keep_full(rendered, data),
        frame_keys=[list(frame) for frame in frames],
    )


def _keep_full(rendered: Rendered, data: bytes) -> str:
    """The key of a still picture's rendition at full size, "" where there is none."""
    if rendered.frames > 1:
        return ""
    shown, size = (rendered.web.width, rendered.web.height), (rendered.width, rendered.height)
    jpeg = full_size(data, shown=shown, size=size)
    return store.put(jpeg, folder="renditions") if jpeg else ""


def _keep(rendition: Rendition) -> str:
    return store.put(rendition.data, folder="renditions")
