"""Bytes sent with a result are kept until they are shown or refused, and never longer, whatever becomes of the call."""

from __future__ import annotations

import base64
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models.functions import Now
from PIL import Image

from accounts.models import AuditEvent
from moderation.contract import parse_submission
from moderation.intake.accept import Accepted, accept
from moderation.media import fetch, lost_files, store, uploads
from moderation.models import Case, Picture, PictureFetch, Upload
from review.maintenance import maintain
from tests.customer import customer
from tests.factories import bodies, pictures
from tests.stage import signed_in
from tests.world import World

from .drawn import exif


def photo(color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "JPEG", exif=exif(1))
    return file.getvalue()


def kept_uploads() -> list[Path]:
    folder = Path(settings.STORAGES["pictures"]["OPTIONS"]["location"]) / "uploads"
    return [path for path in folder.rglob("*") if path.is_file()]


def send(world: World, pixels: bytes, **says: Any) -> Accepted:
    body = bodies.envelope(img=base64.b64encode(pixels).decode(), requestId="r1", **says)
    return accept(parse_submission(body), app=world.web, by="tests")


def test_an_upload_is_there_until_its_picture_is_shown(world: World) -> None:
    send(world, photo())
    assert len(kept_uploads()) == Upload.objects.count() == 1
    assert len(list(fetch.fetch_due())) == 1
    assert kept_uploads() == []
    assert not Upload.objects.exists()


@pytest.mark.parametrize("says", [{}, {"riskLevel": "REJECT"}], ids=["repeat", "revision"])
@pytest.mark.parametrize("other", [False, True], ids=["same", "another"])
def test_a_later_call_leaves_nothing_behind(world: World, says: dict[str, Any], other: bool) -> None:
    send(world, photo())
    list(fetch.fetch_due())
    send(world, photo("red" if other else "teal"), **says)
    assert kept_uploads() == []
    assert not Upload.objects.exists()
    told = AuditEvent.objects.filter(action="case.other-picture-sent").count()
    assert told == (1 if other else 0)


def test_a_repeat_before_the_fetch_takes_nothing_away(world: World) -> None:
    send(world, photo())
    send(world, photo())
    assert len(kept_uploads()) == 1
    list(fetch.fetch_due())
    assert PictureFetch.objects.get().state == "ready"
    assert kept_uploads() == []


def test_what_a_call_that_died_left_behind_is_swept(world: World) -> None:
    uploads.keep(photo())  # so far it came
    assert len(kept_uploads()) == 1
    maintain()
    assert len(kept_uploads()) == 1, "its call may still be under way"
    Upload.objects.update(stored_at=Now() - uploads.UNDECIDED - timedelta(seconds=1))
    assert maintain()["uploads removed"] == 1
    assert kept_uploads() == []


def test_a_picture_still_to_be_made_is_not_swept(world: World) -> None:
    send(world, photo())
    Upload.objects.update(stored_at=Now() - timedelta(days=2))
    assert uploads.forget_left() == 0
    assert len(kept_uploads()) == 1


def test_a_face_to_compare_with_is_not_kept_in_the_case(world: World) -> None:
    face = base64.b64encode(photo("red")).decode()
    body = bodies.envelope(data={"imgCompareBase": face, "dataId": "d1"})
    case = accept(parse_submission(body), app=world.web, by="tests").case
    assert face not in (Case.objects.get(pk=case.pk).request or "")
    address = bodies.envelope(data={"imgCompareBase": "https://p.test/face.jpg"})
    case = accept(parse_submission(address), app=world.web, by="tests").case
    assert "https://p.test/face.jpg" in (Case.objects.get(pk=case.pk).request or "")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (" {url}/a.jpg", "/a.jpg"),
        ("{url}/a.jpg \n", "/a.jpg"),
        ("{url}/my holiday.jpg", "/my%20holiday.jpg"),
        ("{url}/a\n.jpg", "/a.jpg"),
        ("{url}/a.jpg#top", "/a.jpg"),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(world: World, written: str, asked: str) -> None:
    with customer() as host:
        host.serve(asked, pictures.still())
        body = bodies.envelope(img=written.format(url=host.url))
        case = accept(parse_submission(body), app=world.web, by="tests").case
        assert fetch.fetch(case.pk)
        assert host.asked == [asked]
    assert PictureFetch.objects.get(pk=case.pk).state == "ready"


def test_base64_with_blanks_is_still_base64(world: World) -> None:
    text = base64.b64encode(photo()).decode()
    body = bodies.envelope(img=f" {text[:40]} {text[40:]}\n")
    accept(parse_submission(body), app=world.web, by="tests")
    list(fetch.fetch_due())
    assert PictureFetch.objects.get().state == "ready"


def lose_files(picture: Picture) -> None:
    for key in lost_files.keys_of(picture):
        store.remove(key)


@pytest.mark.parametrize("noticed_by", ["a reader", "the command"])
def test_files_gone_after_a_restore_are_fetched_anew(world: World, noticed_by: str) -> None:
    with customer() as host:
        address = host.serve("/a.jpg", pictures.still())
        case = accept(parse_submission(bodies.envelope(img=address)), app=world.web, by="tests").case
        list(fetch.fetch_due())
        picture = Picture.objects.get()
        lose_files(picture)
        client = signed_in(world.alice)
        if noticed_by == "a reader":
            assert client.get(f"/review/pictures/{case.pk}/web").status_code == 404
        else:
            assert [one.pk for one in lost_files.find()] == [picture.pk]
        row = PictureFetch.objects.get()
        assert (row.state, row.why) == ("pending", lost_files.FETCHED_ANEW)
        list(fetch.fetch_due())
        assert client.get(f"/review/pictures/{case.pk}/web").status_code == 200
    assert not Picture.objects.get().files_lost
    assert list(lost_files.find()) == []


def test_files_gone_that_were_sent_as_bytes_are_told(world: World) -> None:
    send(world, photo())
    list(fetch.fetch_due())
    lose_files(Picture.objects.get())
    assert len(list(lost_files.find())) == 1
    row = PictureFetch.objects.get()
    assert (row.state, row.why) == ("unavailable", lost_files.CANNOT_BE_FETCHED)
    send(world, photo(), riskLevel="REJECT")  # sent again, it is shown again
    list(fetch.fetch_due())
    assert PictureFetch.objects.get().state == "ready"
