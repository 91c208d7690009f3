"""Determine where the picture of a case comes from, and create the rows that fetch it."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.write_batch import WriteBatch
from accounts.models import AuditEvent
from moderation.contract.values import Request
from moderation.media import uploads
from moderation.media.fetch import ANEW, start_anew
from moderation.messages import LedgerCode, Message
from moderation.models import Case, PictureFetch
from moderation.outbound.urls import as_browsers_call
from moderation.runtime.worker_notifier import notify


@dataclass(frozen=True, slots=True)
class Source:
    """A URL to fetch, or bytes already stored as an upload; else `why` there is no picture."""

    url: str = ""
    backup_url: str = ""
    upload: str = ""
    why: Message | None = None
    ignore_tls: bool = False

    @property
    def addresses(self) -> set[str]:
        return {self.url, self.backup_url} - {""}


def is_address(img: str) -> bool:
    """Whether `data.img` is a URL; else it is base64. Whether the URL is valid is checked when it is fetched."""
    return img.lstrip()[:8].lower().startswith(("http://", "https://"))


def source_of(request: Request | None, *, seen: bytes | None = None, kept: str = "") -> Source:
    """The source of a request's picture. Stores bytes; `forget_unneeded` removes those not needed after all.

    `seen` are the bytes that a machine of ours has looked at: people are shown the same, whatever the address serves by
    then. `kept` is the upload that they are stored as, if they are.
    """
    if seen is not None and request is not None:
        return replace(_named(request), upload=kept or uploads.keep(seen), why=None)
    if request is None or not request.img:
        return Source(why=Message(LedgerCode.PICTURE_NOT_GIVEN))
    return _named(request) if is_address(request.img) else _decoded(request.img)


def _named(request: Request) -> Source:
    """By its addresses alone."""
    if not is_address(request.img):
        return Source()
    backup_url = as_browsers_call(request.backup_url)
    return Source(url=as_browsers_call(request.img), backup_url=backup_url, ignore_tls=request.is_ignore_tls)


def create_fetches(sent: Sequence[tuple[Case, Source]], *, batch: WriteBatch) -> None:
    """Create the rows that workers fetch; a case can be decided whatever the outcome."""
    fetches = [_fetch(case, source) for case, source in sent]
    batch.insert(PictureFetch, [{"attempts": 0, **fetch} for fetch in fetches])
    _notify([fetch["case_id"] for fetch in fetches if not fetch["why"]])


def supply(sent: Sequence[tuple[Case, Source]], *, repeated: Collection[int] = (), by: Actor) -> None:
    """Update the pictures of cases from later results. `repeated` are the cases whose result was known.

    A later result can bring the picture that the first lacked, or another address for one that could not be fetched.
    A new result also gives every missing picture another try. A picture that is shown is not replaced, since moderators
    may have judged it: another one is noted in the case's history.
    """
    given = {case.pk: (case, source) for case, source in sent}
    rows = PictureFetch.objects.filter(pk__in=list(given)).select_for_update()
    again, others = [], []
    for row in rows.order_by("pk") if given else ():
        case, source = given[row.pk]
        if row.state == PictureFetch.State.READY:
            others += [(case, {"address": source.url})] if _is_other(source, row) else []
        elif not source.why and not _is_same(source, row):
            PictureFetch.objects.filter(pk=row.pk).update(**ANEW | _fetch(case, source))
            _notify([row.pk])
        elif row.pk not in repeated:
            again.append(row.pk)
    _notify(start_anew(again) if again else [])
    _note_others(others, repeated, by)


def _note_others(others: Sequence[tuple[Case, dict[str, str]]], repeated: Collection[int], by: Actor) -> None:
    """Once for each address, however often a result is repeated."""
    noted = AuditEvent.objects.filter(action=AuditAction.CASE_OTHER_PICTURE_SENT, on_type="case")
    new = [
        (case, told)
        for case, told in others
        if case.pk not in repeated or not noted.filter(on_id=str(case.pk), details__address=told["address"]).exists()
    ]
    audit.record_all(AuditAction.CASE_OTHER_PICTURE_SENT, new, by=by)


def _is_same(source: Source, row: PictureFetch) -> bool:
    if source.upload:
        waits = row.state == PictureFetch.State.PENDING and bool(row.upload)
        return waits and uploads.sha256_of(source.upload) == uploads.sha256_of(row.upload)
    return source.addresses == {row.url, row.backup_url} - {""}


def _is_other(source: Source, row: PictureFetch) -> bool:
    """Whether a later result names a picture other than the one that is shown."""
    if source.upload:
        return uploads.sha256_of(source.upload) != row.picture_id
    return bool(source.url) and source.url not in (row.url, row.backup_url)


def forget_unneeded(sources: Iterable[Source]) -> None:
    """After the transaction: remove the bytes of repeats and revisions whose case has its picture."""
    if keys := [source.upload for source in sources if source.upload]:
        uploads.forget_unneeded(keys)


def _fetch(case: Case, source: Source) -> dict[str, Any]:
    state = PictureFetch.State.UNAVAILABLE if source.why else PictureFetch.State.PENDING
    return {
        "case_id": case.pk,
        "state": state.value,
        "why": source.why,
        "url": source.url,
        "backup_url": source.backup_url,
        "upload": source.upload,
        "verify_tls": not (source.ignore_tls and case.app.allows_ignore_tls),
    }


def _notify(cases: Sequence[int]) -> None:
    from moderation.tasks import fetch_pictures

    if cases:
        notify(fetch_pictures, times=len(cases))


def decoded(img: str) -> bytes:
    """The bytes of a picture sent as base64, perhaps as a data: URL. Raises ValueError."""
    text = img.partition("base64,")[2] if img.startswith("data:") else img
    return base64.b64decode("".join(text.split()), validate=True)


def _decoded(img: str) -> Source:
    try:
        pixels = decoded(img)
    except ValueError:
        return Source(why=Message(LedgerCode.PICTURE_NO_ADDRESS))
    return Source(upload=uploads.keep(pixels)) if pixels else Source(why=Message(LedgerCode.PICTURE_NO_BYTES))
