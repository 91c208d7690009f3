"""Getting the picture of a case: whatever comes of it, the case can be decided and people read why."""

from __future__ import annotations

import base64
import hashlib
import io
import socket
import struct
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.media import fetch, store
from moderation.messages import english
from moderation.models import Case, FinalResult, Picture, PictureFetch
from moderation.outbound.addresses import parse_networks
from review.workflow import decisions, leases
from review.workflow.verdicts import Judgement
from tests.customer import Customer, customer
from tests.factories import bodies, pictures
from tests.moderation.outbound.certificates import self_signed, server_context
from tests.moderation.outbound.servers import reply, replying, serving
from tests.world import World


@pytest.fixture
def host() -> Iterator[Customer]:
    with customer() as running:
        yield running


def jpeg(color: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), color).save(file, "JPEG")
    return file.getvalue()


def huge_png() -> bytes:
    """A PNG of a few bytes whose header says 30,000 × 30,000."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def case_with(img: str, world: World, **data: Any) -> Case:
    submission = parse_submission(bodies.envelope(img=img, data=data or None))
    return accept(submission, app=world.web, by="tests").case


def fetched(case: Case) -> PictureFetch:
    assert fetch.fetch(case.pk)
    return PictureFetch.objects.get(pk=case.pk)


def assert_decidable(case: Case, world: World) -> None:
    (task,) = leases.lease(queues=[], count=5, by=world.alice)
    assert task.case_id == case.pk
    assert task.lease_token
    lease_key = leases.LeaseKey(task.pk, task.lease_token)
    decisions.decide(decision_id=uuid.uuid4(), lease_key=lease_key, judgement=Judgement("PASS"), by=world.alice)
    assert FinalResult.objects.get(case=case).risk_level == "PASS"


def test_a_picture_becomes_ready_with_its_upright_size(host: Customer, world: World) -> None:
    row = fetched(case_with(host.serve("/a.jpg", jpeg()), world))
    assert (row.state, row.why) == ("ready", None)
    assert row.picture
    assert (row.picture.width, row.picture.height) == (320, 240)
    assert Image.open(io.BytesIO(store.get(row.picture.web))).format == "JPEG"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(huge_png(), "too large", id="30,000 × 30,000 pixels"),
        pytest.param(jpeg()[:300], "damaged", id="JPEG cut off in its header"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG", id="SVG"),
        pytest.param(b"<!doctype html><title>x</title><script>alert(1)</script>", "web page", id="HTML called .jpg"),
        pytest.param(b"", "empty", id="nothing at all"),
    ],
)
def test_what_cannot_be_shown_says_why_and_is_decidable(host: Customer, world: World, content: bytes, why: str) -> None:
    case = case_with(host.serve("/a.jpg", content), world)
    row = fetched(case)
    assert row.state == "unavailable"
    assert why in english(row.why)
    assert_decidable(case, world)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.jpg", "http://169.254.169.254/latest/meta-data/"])
def test_a_private_address_is_never_asked(world: World, settings: Any, address: str) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    case = case_with(address, world)
    row = fetched(case)
    assert row.state == "unavailable"
    assert "OUTBOUND_ALLOWED_NETWORKS" in english(row.why)
    assert_decidable(case, world)


def test_a_redirect_to_a_private_address_is_not_followed(host: Customer, world: World, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = parse_networks("127.0.0.1/32")
    host.redirects["/a.jpg"] = "http://169.254.169.254/latest/meta-data/"
    case = case_with(f"{host.url}/a.jpg", world)
    row = fetched(case)
    assert row.state == "unavailable"
    assert "169.254.169.254" in english(row.why)
    assert_decidable(case, world)


def test_a_host_that_does_not_answer_is_left_alone_for_a_while(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        case = case_with(f"http://127.0.0.1:{silent.getsockname()[1]}/a.jpg", world)
        row = fetched(case)
    assert (row.state, row.failures) == ("pending", 1)
    assert "3 s" in english(row.why)
    assert_decidable(case, world)


@pytest.mark.parametrize("first", ["gone", "a-page", "refused", "cut-off", "no-url"])
def test_the_backup_address_is_tried_whatever_was_wrong_with_the_first(
    host: Customer, world: World, first: str
) -> None:
    host.serve("/a-page", b"<!doctype html><title>Not here</title>", "text/html")
    host.serve("/cut-off", jpeg()[:900])
    address = {"refused": "http://169.254.169.254/a.jpg", "no-url": "http://a.example:0/"}.get(first)
    case = case_with(address or f"{host.url}/{first}", world, backupUrl=host.serve("/backup.jpg", jpeg()))
    assert fetched(case).state == "ready"


def test_when_the_backup_fails_too_both_are_told(host: Customer, world: World) -> None:
    case = case_with(f"{host.url}/gone.jpg", world, backupUrl=host.serve("/page", b"<html><body>", "text/html"))
    row = fetched(case)
    assert row.state == "unavailable"
    told = "127.0.0.1 answered 404. The backup address: The file is a web page, not a picture."
    assert english(row.why) == told
    assert host.asked == ["/gone.jpg", "/page"]
    assert_decidable(case, world)


def test_the_backup_address_is_as_guarded_as_the_first(host: Customer, world: World, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = parse_networks("127.0.0.1/32")
    case = case_with(f"{host.url}/gone.jpg", world, backupUrl="http://169.254.169.254/latest/meta-data/")
    row = fetched(case)
    assert row.state == "unavailable"
    assert "169.254.169.254" in english(row.why)


def test_an_animation_keeps_its_frames(host: Customer, world: World) -> None:
    row = fetched(case_with(host.serve("/a.gif", pictures.animation(47)), world))
    assert row.picture
    assert row.picture.frames == 47
    assert [frame.number for frame in row.picture.kept_frames] == [nth * 47 // 20 for nth in range(20)]
    assert row.picture.kept_frames[0].web == row.picture.web
    for frame in row.picture.kept_frames:
        assert Image.open(io.BytesIO(store.get(frame.web))).size == (120, 80)
        assert Image.open(io.BytesIO(store.get(frame.preview))).size == (96, 64)


@pytest.mark.parametrize(("max_frame", "interval"), [(1, 1), (3, 40), (20, 2)])
def test_people_see_more_than_the_machine_was_asked_to_look_at(
    host: Customer, world: World, max_frame: int, interval: int
) -> None:
    case = case_with(host.serve("/a.gif", pictures.animation(47)), world, maxFrame=max_frame, interval=interval)
    row = fetched(case)
    assert row.picture
    assert len(row.picture.kept_frames) == 20


def test_a_still_picture_keeps_no_frames_and_a_blurred_one_of_its_own(host: Customer, world: World) -> None:
    row = fetched(case_with(host.serve("/a.jpg", jpeg()), world))
    assert row.picture
    assert row.picture.kept_frames == ()
    assert row.picture.blurred not in (row.picture.preview, row.picture.web, row.picture.thumbnail)
    assert len(store.get(row.picture.blurred)) < 500


@pytest.mark.parametrize(
    ("asked", "allowed", "allowed_later", "state"),
    [
        (True, True, True, "ready"),
        (True, False, False, "unavailable"),
        (False, True, True, "unavailable"),
        (True, True, False, "unavailable"),  # taken back before the picture was fetched
        (True, False, True, "unavailable"),  # nor granted after the fact
    ],
)
def test_a_bad_certificate_passes_only_where_both_sides_want_it(
    world: World, tmp_path: Path, asked: bool, allowed: bool, allowed_later: bool, state: str
) -> None:
    world.web.allows_ignore_tls = allowed
    world.web.save()
    with serving(replying(reply(jpeg())), tls=server_context(self_signed(tmp_path))) as server:
        case = case_with(server.url(host="127.0.0.1", scheme="https"), world, extra={"isIgnoreTls": asked})
        type(world.web).objects.filter(pk=world.web.pk).update(allows_ignore_tls=allowed_later)
        row = fetched(case)
        assert len(server.requests) == (1 if state == "ready" else 0)
    assert row.state == state
    assert "no secure connection" in english(row.why) or state == "ready"


def test_base64_pixels_are_shown_and_not_kept_in_the_request(world: World) -> None:
    pixels = base64.b64encode(jpeg()).decode()
    case = case_with(pixels, world)
    assert pixels not in (case.request or "")
    row = fetched(case)
    assert row.state == "ready"
    with pytest.raises(FileNotFoundError):
        store.get(row.upload)


def test_base64_that_cannot_be_shown_is_not_kept_either(world: World) -> None:
    page = base64.b64encode(b"<!doctype html><script>alert(1)</script>").decode()
    first, second = case_with(page, world), case_with(page, world)
    row = fetched(first)
    assert (row.state, english(row.why)) == ("unavailable", "The file is a web page, not a picture.")
    with pytest.raises(FileNotFoundError):
        store.get(row.upload)
    assert fetched(second).why == row.why


def test_the_same_pixels_sent_twice_make_one_picture(world: World) -> None:
    pixels = base64.b64encode(jpeg()).decode()
    first, second = case_with(pixels, world), case_with(pixels, world)
    assert fetched(first).picture_id == fetched(second).picture_id == hashlib.sha256(jpeg()).hexdigest()
    assert Picture.objects.count() == 1


def test_a_case_without_a_request_says_that_there_is_no_picture(world: World) -> None:
    case = accept(parse_submission(bodies.result()), app=world.web, by="tests").case
    assert english(PictureFetch.objects.get(pk=case.pk).why) == "The sender gave no picture with this result."
    assert not fetch.fetch(case.pk)
    assert_decidable(case, world)


def test_a_picture_that_ended_its_worker_three_times_is_given_up(host: Customer, world: World) -> None:
    case = case_with(host.serve("/a.jpg", jpeg()), world)
    PictureFetch.objects.filter(pk=case.pk).update(attempts=fetch.MAX_LEASES, leased_until=None)
    assert fetched(case).state == "unavailable"
    assert host.asked == []


def test_a_fetch_under_way_is_left_to_who_claimed_it(host: Customer, world: World) -> None:
    case = case_with(host.serve("/a.jpg", jpeg()), world)
    assert fetch._lease(PictureFetch.objects.filter(pk=case.pk))
    assert not fetch.fetch(case.pk)
