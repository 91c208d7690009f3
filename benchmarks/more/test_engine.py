"""What the engine of this host costs and how well it sees. Run by `make bench ONLY=engine`;
docs/engine.md has the figures.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median, quantiles

import psutil
import pytest
from rapidfuzz.distance import Levenshtein

from demo.pictures.palettes import PALETTES
from demo.scenes import outdoors
from moderation.contract.geometry import Location
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.protocol import EngineFailed, Findings, Frame
from tests.moderation.engines.asked import ask
from tests.moderation.engines.drawn_pages import Page, faces, overlap, page
from tests.moderation.engines.embedded.conftest import leave, stand_in_host
from tests.moderation.engines.embedded.installed import needs_all_parts
from tests.moderation.engines.embedded.processes import gone, pids
from tests.waiting import wait_for

__all__ = ["stand_in_host"]

PAGES, PHOTOS = 40, 30
MOST_MIB = 700


@pytest.fixture
def engine() -> Iterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        one = Embedded(Host(Path(folder)))
        look(one, page(0).frame, "BOCR", "EROTIC", "QRCODE")  # loads the models
        yield one
        leave(Path(folder))


def look(engine: Embedded, frame: Frame, *types: str, seconds: float = 60) -> Findings:
    return engine.detect([frame], ask(*types, seconds=seconds))


def took(engine: Embedded, frame: Frame, *types: str) -> float:
    started = time.perf_counter()
    look(engine, frame, *types)
    return time.perf_counter() - started


def resident_mib(engine: Embedded) -> float:
    (pid,) = pids(engine.host.folder)
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def read_wrongly(text: str, found: Findings) -> int:
    """Characters that have to be changed in the line that reads most like it. Blanks do not count."""
    wanted = text.replace(" ", "")
    lines = [line.text.replace(" ", "") for line in found.evidence.text.lines]
    return min((Levenshtein.distance(wanted, line) for line in lines), default=len(wanted))


def is_placed(text: str, place: Location, found: Findings) -> bool:
    """Whether the line that reads most like it lies within half a line's height of where it was drawn."""
    lines = found.evidence.text.lines
    best = min(lines, key=lambda line: Levenshtein.distance(text, line.text), default=None)
    height = place[3] - place[1]
    return best is not None and all(
        abs(one - other) <= height / 2 for one, other in zip(best.outline.location, place, strict=True)
    )


@needs_all_parts
def test_times_and_memory(engine: Embedded) -> None:
    scene = Page(outdoors.beach(Random(1), (1280, 960), PALETTES[0]).image).frame  # noqa: S311 - the same in every run
    plain = [took(engine, scene, "EROTIC", "QRCODE") for _ in range(20)]
    text = [took(engine, page(seed).frame, "EROTIC", "QRCODE", "BOCR") for seed in range(10)]
    print(
        f"\n1280 x 960 without text: p50 {median(plain) * 1000:.0f} ms, p95 {quantiles(plain, n=20)[-1] * 1000:.0f} ms"
    )
    print(f"with six lines of text: p50 {median(text):.2f} s, most {max(text):.2f} s")
    print(f"resident: {resident_mib(engine):.0f} MiB")
    assert median(plain) <= 0.4
    assert median(text) <= 3
    assert resident_mib(engine) <= MOST_MIB


@needs_all_parts
def test_how_well_it_sees(engine: Embedded) -> None:
    wrong = characters = placed = lines = codes = 0
    for seed in range(PAGES):
        drawn = page(seed)
        found = look(engine, drawn.frame, "BOCR", "QRCODE")
        for text, place in drawn.lines:
            wrong, characters, lines = wrong + read_wrongly(text, found), characters + len(text), lines + 1
            placed += is_placed(text, place, found)
        read = {box.qr_content: box.location for box in found.evidence.boxes if box.kind == "qr"}
        codes += sum(overlap(read.get(content), place) > 0.5 for content, place in drawn.codes)
    photos = faces()
    seen = 0
    for photo, place in photos:
        boxes = [box for box in look(engine, photo.frame, "FACE").evidence.boxes if box.kind == "face"]
        seen += any(overlap(box.location, place) > 0.5 for box in boxes)
    print(f"\n{lines} lines: character error {wrong / characters:.2%}, placed {placed / lines:.1%}")
    print(f"{codes} of {PAGES} codes, {seen} of {len(photos)} faces; resident {resident_mib(engine):.0f} MiB")
    assert wrong / characters <= 0.001
    assert placed / lines >= 0.99
    assert codes == PAGES
    assert seen == len(photos) == PHOTOS


@needs_all_parts
def test_fifty_pictures_at_once(engine: Embedded) -> None:
    frames = [page(seed).frame if seed % 5 == 0 else page(seed, lines=0).frame for seed in range(50)]
    answers: list[object] = []

    def ask_for(seed: int, frame: Frame) -> None:
        try:
            answers.append(look(engine, frame, *(("BOCR",) if seed % 5 == 0 else ("QRCODE", "EROTIC"))))
        except EngineFailed as failure:
            answers.append(failure)

    threads = [threading.Thread(target=ask_for, args=one) for one in enumerate(frames)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    busy = sum(isinstance(one, EngineFailed) for one in answers)
    mib = resident_mib(engine)
    print(f"\n50 at once in {time.perf_counter() - started:.1f} s: {busy} told that it is busy, {mib:.0f} MiB")
    assert all(one.is_busy for one in answers if isinstance(one, EngineFailed))
    assert mib <= MOST_MIB


def test_ten_thousand_requests_with_two_hundred_hangs(stand_in_host: Host) -> None:
    one, acts = Embedded(stand_in_host), ["good"] * 48 + ["hang", "die"]
    passes, longest = 0, 0.0
    for number in range(10_000):
        act = acts[number % 50]
        started = time.monotonic()
        try:
            found = look(one, Frame(act.encode(), 200, 100), "EROTIC", seconds=0.3 if act == "hang" else 5)
            passes += act != "good" or not found.labels
        except EngineFailed:
            assert act != "good", number
        longest = max(longest, (time.monotonic() - started) if act == "hang" else 0)
    print(f"\n10,000 requests, 200 hangs, 200 deaths: {passes} PASS from failure, longest hang {longest:.2f} s")
    assert passes == 0
    assert longest < 1.0
    leave(stand_in_host.folder)
    wait_for(lambda: gone(stand_in_host.folder), what="all processes to be gone")
