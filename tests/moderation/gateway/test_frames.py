"""What the engines are shown of animations and of long pictures, and where their boxes end up."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from django.test import Client
from PIL import Image

from moderation.contract.values import Box
from moderation.engines.protocol import Ask, Findings, Frame
from tests.moderation.gateway.calling import IMAGE, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine, found, label
from tests.moderation.media import drawn
from tests.moderation.media.hostile import ALL
from tests.world import World


def gif(frames: int) -> str:
    images = [Image.effect_noise((40, 30), 20 + nth).convert("P") for nth in range(frames)]
    file = io.BytesIO()
    images[0].save(file, "GIF", save_all=True, append_images=images[1:])
    return as_base64(file.getvalue())


@pytest.mark.parametrize(
    ("frames", "asked", "shown"),
    [
        (5, {}, [0, 1, 3]),
        (2, {}, [0, 1]),
        (5, {"maxFrame": 20}, [0, 1, 2, 3, 4]),
        (12, {"interval": 5}, [0, 5, 10]),
        (12, {"interval": 2}, [0, 4, 8]),
        (12, {"interval": 2, "maxFrame": 6}, [0, 2, 4, 6, 8, 10]),
        (12, {"interval": 100, "maxFrame": 6}, [0]),
        (40, {"maxFrame": 20}, list(range(0, 40, 2))),
    ],
)
def test_frames_of_an_animation(
    world: World, client: Client, engine: StubEngine, frames: int, asked: dict[str, int], shown: list[int]
) -> None:
    answer = post(client, IMAGE, call(data={"img": gif(frames)} | asked), world.bearer)
    assert (answer["code"], answer["auxInfo"]["segments"]) == (1100, len(shown))
    assert [frame.position for frame in engine.shown[0][0]] == shown


def test_a_still_picture_is_one_segment(world: World, client: Client, engine: StubEngine) -> None:
    answer = post(client, IMAGE, call(data={"interval": 3, "maxFrame": 20}), world.bearer)
    assert answer["auxInfo"]["segments"] == 1


@pytest.mark.parametrize(("size", "down"), [((200, 3000), True), ((3000, 200), False)])
def test_a_long_picture_is_cut_into_tiles_that_overlap(
    world: World, client: Client, engine: StubEngine, size: tuple[int, int], down: bool
) -> None:
    def in_the_last_tile(frames: Sequence[Frame], ask: Ask) -> Findings:
        last = frames[-1]
        box = Box("f1", "face", "", 0.9, (last.left + 10.0, last.top + 20.0, last.left + 60.0, last.top + 90.0))
        return found(label("porn", 0.6, evidence=("f1",)), boxes=(box,))

    engine.finds = in_the_last_tile
    answer = post(client, IMAGE, call(data={"img": as_base64(picture(*size))}), world.bearer)
    frames = engine.shown[0][0]
    assert answer["auxInfo"]["segments"] == len(frames) > 1
    starts = [(frame.top if down else frame.left) for frame in frames]
    lengths = [(frame.height if down else frame.width) for frame in frames]
    assert starts[0] == 0
    assert starts[-1] + lengths[-1] == 3000
    overlaps = [
        start + length > following for start, length, following in zip(starts, lengths, starts[1:], strict=False)
    ]
    assert all(overlaps)
    location = answer["riskDetail"]["faces"][0]["location"]
    far = starts[-1]
    assert location == ([10, far + 20, 60, far + 90] if down else [far + 10, 20, far + 60, 90])


def test_tiles_show_their_part_of_the_picture(world: World, client: Client, engine: StubEngine) -> None:
    image = Image.new("RGB", (100, 2000), "white")
    image.paste("red", (0, 1900, 100, 2000))
    file = io.BytesIO()
    image.save(file, "PNG")
    post(client, IMAGE, call(data={"img": as_base64(file.getvalue())}), world.bearer)
    first, *_, last = (Image.open(io.BytesIO(frame.data)) for frame in engine.shown[0][0])
    assert min(first.getpixel((50, 10))) > 240  # type: ignore[arg-type]
    red, green, _ = last.getpixel((50, last.height - 10))  # type: ignore[misc]
    assert (red > 200, green < 60) == (True, True)


def test_turned_pictures_are_shown_upright(world: World, client: Client, engine: StubEngine) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (80, 40), "teal").save(file, "JPEG", exif=exif)
    post(client, IMAGE, call(data={"img": as_base64(file.getvalue())}), world.bearer)
    (frame,) = engine.shown[0][0]
    assert (frame.width, frame.height) == (40, 80)


def test_frames_that_cannot_be_decoded_are_no_pass(world: World, client: Client, engine: StubEngine) -> None:
    """Each frame needs all before it, and forty of 36 megapixels take longer than there is."""
    (large,) = (hostile for hostile in ALL if hostile.name == "gif-40-frames-of-36-megapixels")
    answer = post(client, IMAGE, call(data={"img": as_base64(large.build()), "maxFrame": 20}), world.bearer)
    assert (answer["riskLevel"], answer["finalResult"], answer["riskLabel1"]) == ("REVIEW", 0, "unchecked")
    assert answer["riskDescription"] == "not all frames could be decoded"


def test_nor_are_those_that_lie_too_far_behind(world: World, client: Client, engine: StubEngine) -> None:
    """The second frame asked for needs 600 megapixels before it; the first is looked at."""
    data = {"img": as_base64(drawn.gif(700, (1000, 1000))), "interval": 600}
    answer = post(client, IMAGE, call(data=data), world.bearer)
    assert (answer["riskLevel"], answer["riskDescription"]) == ("REVIEW", "not all frames could be decoded")
    assert [frame.position for frame in engine.shown[0][0]] == [0]
