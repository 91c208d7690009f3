"""A decoder that a picture has taken over may answer anything: it is refused, never believed, never a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.media.display_errors import BY_DECODER
from moderation.media.render import Unshowable, WhyCode
from moderation.media.reply import read_reply

JPEG = b"\xff\xd8\xff\xe0 pixels \xff\xd9"
HONEST: dict[str, Any] = {
    "width": 60,
    "height": 40,
    "orientation": 6,
    "frames": 1,
    "incomplete": False,
    "frame_numbers": [0],
    "renditions": [[60, 40, len(JPEG)]] * 6,
}


def read(header: object, body: bytes = JPEG * 6, max_frames: int = 20) -> Any:
    line = header if isinstance(header, bytes) else json.dumps(header).encode()
    return read_reply(line + b"\n" + body, sha256="ab", picture_format="PNG", max_frames=max_frames)


def test_an_honest_reply_is_read() -> None:
    rendered = read(HONEST)
    assert (rendered.width, rendered.height, rendered.orientation, rendered.format) == (60, 40, 6, "PNG")
    assert rendered.web.data == rendered.preview.data == rendered.blurred.data == rendered.thumbnail.data == JPEG


@pytest.mark.parametrize(
    "change",
    [
        {"width": 0},
        {"width": 65_001},
        {"width": "60"},
        {"width": 60.0},
        {"height": None},
        {"height": True},
        {"orientation": 9},
        {"frames": -1},
        {"frames": 10**30},
        {"frame_numbers": []},
        {"frame_numbers": [0, 1]},
        {"frame_numbers": {"0": 0}},
        {"frame_numbers": 0},
        {"renditions": []},
        {"frames": 2},
        {"renditions": [[60, 40, len(JPEG)]] * 5},
        {"renditions": [[60, 40, len(JPEG)]] * 7},
        {"renditions": [[60, 40, len(JPEG) + 1]] * 6},
        {"renditions": [[60, 40, -1]] * 6},
        {"renditions": [[60, 40]] * 6},
        {"renditions": "abc"},
    ],
)
def test_figures_that_do_not_fit_are_damage(change: dict[str, Any]) -> None:
    with pytest.raises(Unshowable) as refused:
        read(HONEST | change)
    assert refused.value.why == WhyCode.DAMAGED


@pytest.mark.parametrize(
    "header",
    [b"", b"{", b"[]", b"null", b"7", b"[" * 100_000, b"\xff\xfe", b'{"why": "because", "detail": ""}', b"{}"],
)
def test_a_header_that_makes_no_sense_is_damage(header: bytes) -> None:
    with pytest.raises(Unshowable) as refused:
        read(header)
    assert refused.value.why == WhyCode.DAMAGED


def test_a_rendition_that_is_no_jpeg_is_damage() -> None:
    page = b"<html><script>".ljust(len(JPEG))
    with pytest.raises(Unshowable):
        read(HONEST, JPEG + page + JPEG * 4)


def test_more_bytes_than_announced_are_damage() -> None:
    with pytest.raises(Unshowable):
        read(HONEST, JPEG * 7)


def test_more_frames_than_asked_for_are_damage() -> None:
    three = HONEST | {"frames": 3, "frame_numbers": [0, 1, 2], "renditions": [[60, 40, len(JPEG)]] * 11}
    animated = read(three, JPEG * 11)
    assert (len(animated.frame_webs), len(animated.frame_previews)) == (3, 3)
    with pytest.raises(Unshowable):
        read(three, JPEG * 11, max_frames=2)


@pytest.mark.parametrize("why", BY_DECODER)
def test_a_refusal_is_passed_on_and_nothing_that_was_written_beside_it(why: WhyCode) -> None:
    with pytest.raises(Unshowable) as refused:
        read({"why": why, "detail": "x" * 100_0, "message": {"code": "text", "text": "x"}}, b"")
    assert (refused.value.why, refused.value.message) == (why, BY_DECODER[why]().message)


def test_what_no_decoder_finds_is_damage() -> None:
    with pytest.raises(Unshowable) as refused:
        read({"why": "not-a-picture"}, b"")
    assert refused.value.why == WhyCode.DAMAGED
