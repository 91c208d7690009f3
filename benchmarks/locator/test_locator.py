"""How well words of text without boxes are found on the picture.

Run by `make bench ONLY=locator`; docs/engine.md has the figures. LOCATOR_PAGES says on how many drawn pages,
200 if it is not set.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

import psutil
import pytest

from benchmarks.locator.misread_pages import Drawn, MisreadPage, misread_page
from moderation.contract.geometry import FoundLine
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.protocol import Frame
from moderation.text_locator.align import Aligned, align
from moderation.text_locator.places import places_of
from tests.moderation.engines.embedded.conftest import leave
from tests.moderation.engines.embedded.installed import needs_all_parts
from tests.moderation.engines.embedded.processes import pids

PAGES = int(os.environ.get("LOCATOR_PAGES", "200"))
ARABIC_EVERY = 10
MOST_MIB = 700
SEGMENTS, LINES = 0.9, 0.8
"""Shares to reach: of Latin and Chinese risk segments, and of all lines."""

pytestmark = needs_all_parts


@pytest.fixture
def engine() -> Iterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Embedded(Host(Path(folder)))
        leave(Path(folder))


def find(engine: Embedded, page: MisreadPage) -> tuple[Sequence[FoundLine], float]:
    """The lines, and the seconds it took."""
    file = io.BytesIO()
    page.image.save(file, "JPEG", quality=82)
    frame = Frame(file.getvalue(), *page.image.size)
    started = time.monotonic()
    return engine.find_lines([frame], deadline=started + 60), time.monotonic() - started


def placed(page: MisreadPage, drawn: Sequence[Drawn], lines: Sequence[Aligned]) -> Iterator[tuple[Drawn, bool]]:
    """Whether each lies within half its line's height of where it was drawn, at every corner."""
    found = {(one.start, one.end): one for one in places_of(page.text, [one.stretch for one in drawn], lines)}
    for one in drawn:
        place = found.get(one.stretch)
        is_one = place is not None and len(place.outlines) == 1
        corners = place.outlines[0].corners if place and is_one else ()
        near = (abs(here - there) <= one.height / 2 for here, there in zip(corners, one.corners, strict=False))
        yield one, is_one and all(near)


def most_resident_mib(engine: Embedded) -> float:
    """Of its process since it began, where Linux tells; else now."""
    (pid,) = pids(engine.host.folder)
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(peak) / 1024


def test_how_well_words_are_found(engine: Embedded) -> None:
    good: Counter[tuple[str, str]] = Counter()
    every: Counter[tuple[str, str]] = Counter()
    seconds, mib = [], 0.0
    for seed in range(PAGES):
        page = misread_page(seed, arabic=seed % ARABIC_EVERY == ARABIC_EVERY - 1)
        found, took = find(engine, page)
        lines = align(page.text, found)
        seconds.append(took)
        mib = max(mib, most_resident_mib(engine))
        for kind, drawn in (("segments", page.segments), ("lines", page.lines)):
            for one, is_near in placed(page, drawn, lines):
                every[kind, one.script] += 1
                good[kind, one.script] += is_near
    print()
    for key in sorted(every):
        print(f"{key[1]} {key[0]}: {good[key]} of {every[key]} placed, {good[key] / every[key]:.1%}")
    all_lines = share(good, every, "lines", ("Latin", "Chinese", "Arabic"))
    print(f"all lines: {all_lines:.1%}")
    print(f"{PAGES} pages: p50 {median(seconds):.2f} s, p95 {quantiles(seconds, n=20)[-1]:.2f} s, most {mib:.0f} MiB")
    assert share(good, every, "segments", ("Latin", "Chinese")) >= SEGMENTS
    assert all_lines >= LINES
    assert mib <= MOST_MIB


def share(good: Counter[tuple[str, str]], every: Counter[tuple[str, str]], kind: str, scripts: Sequence[str]) -> float:
    return sum(good[kind, one] for one in scripts) / sum(every[kind, one] for one in scripts)
