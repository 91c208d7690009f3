"""The stage measures itself; benchmarks/test_stage.py holds the figures against their limit."""

from __future__ import annotations

from tests.browser.stage_page import StagePage


def test_every_decision_leaves_a_warm_decision_to_next_measure(desk: StagePage) -> None:
    desk.add_cases(8)
    desk.sit_down()
    desk.page.wait_for_timeout(1000)
    for _ in range(6):
        desk.press("a")
        desk.page.wait_for_timeout(300)
    measures = desk.page.evaluate(
        "performance.getEntriesByName('decision-to-next', 'measure').map(({duration, detail}) => ({duration, detail}))"
    )
    assert len(measures) == 6
    assert all(measure["detail"] == {"warm": True} and measure["duration"] > 0 for measure in measures)
