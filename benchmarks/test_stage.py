"""How long a moderator waits: from the key that decides to the next picture painted with its boxes, in Chromium.

Run by `make bench ONLY=stage`, on a machine that has nothing else to do. Sources have twelve megapixels, and
the product fetches and renders them.
"""

from __future__ import annotations

from statistics import quantiles

from benchmarks.drawn.photos import SCENES, photos
from benchmarks.table.rows import row
from tests.browser.moderator import waits, work
from tests.browser.stage_page import StagePage
from tests.factories.bodies import much

WARM_DECISIONS = 300
HITS = 0.98
COLD_DECISIONS = 40
LINE = {"latency": 50, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}  # 10 Mbit/s, 50 ms round trip

FRAME_MS = 16
BOXES = 200
TOGGLES = 40
TOGGLE = """() => new Promise((done) => {
    const start = performance.now();
    document.dispatchEvent(new KeyboardEvent('keydown', {key: 'o', bubbles: true}));
    const { duration } = performance.measure('toggle', { start });
    const isSeen = (line) => getComputedStyle(line).visibility === 'visible';
    const lines = [...document.querySelectorAll('.card.on .object .line')];
    requestAnimationFrame(() => done([duration, lines.filter(isSeen).length]));
})"""


def test_the_next_picture_is_painted_within_its_limit(desk: StagePage) -> None:
    desk.add_photos(photos(len(SCENES)))
    desk.add_more(WARM_DECISIONS)
    desk.sit_down()
    desk.page.wait_for_timeout(2000)
    shift = work(desk, decisions=WARM_DECISIONS)
    p50, p95 = _p50_p95(shift.warm)
    print(
        f"\ndecision-to-next, {len(shift.warm)} warm of {len(shift.waits)}:"
        f" p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(shift.warm):.0f} ms;"
        f" prefetched {shift.hits:.1%} (at least {HITS:.0%})"
    )
    row("stage-warm-p50", p50)
    row("stage-warm-p95", p95)
    assert len(shift.waits) == WARM_DECISIONS
    assert shift.hits >= HITS


def test_over_a_slow_line_the_next_picture_comes_within_its_limit(desk: StagePage) -> None:
    """Every picture is decided the moment it is painted, so that prefetching never catches up."""
    desk.add_photos(photos(len(SCENES)))
    desk.add_more(COLD_DECISIONS)
    desk.sign_in()
    browser = desk.page.context.new_cdp_session(desk.page)
    browser.send("Network.enable")
    browser.send("Network.emulateNetworkConditions", {"offline": False, **LINE})
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_ready()
    for _ in range(COLD_DECISIONS):
        desk.press("a")
    cold = [duration for duration, warm in waits(desk) if not warm]
    p50, p95 = _p50_p95(cold)
    print(
        f"\ndecision-to-next, {len(cold)} cold of {COLD_DECISIONS} over 10 Mbit/s and 50 ms:"
        f" p50 {p50:.0f} ms, p95 {p95:.0f} ms, worst {max(cold):.0f} ms"
    )
    assert len(cold) >= COLD_DECISIONS // 2
    row("stage-cold-p95", p95)


def test_two_hundred_boxes_are_toggled_within_a_frame(desk: StagePage) -> None:
    desk.add_case(**much(BOXES))
    desk.sit_down()
    desk.page.wait_for_timeout(1000)
    toggles = [desk.page.evaluate(TOGGLE) for _ in range(TOGGLES)]
    p50, p95 = _p50_p95([milliseconds for milliseconds, _ in toggles])
    print(
        f"\n{BOXES} boxes toggled {TOGGLES} times: script p50 {p50:.1f} ms, p95 {p95:.1f} ms"
        f" ({p95 / FRAME_MS:.2f} of a frame)"
    )
    assert [left for _, left in toggles] == [0, BOXES] * (TOGGLES // 2), "all of them, in the next frame"
    assert p95 <= FRAME_MS


def _p50_p95(durations: list[float]) -> tuple[float, float]:
    cuts = quantiles(durations, n=100, method="inclusive")
    return cuts[49], cuts[94]
