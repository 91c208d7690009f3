"""The table of `make bench`: what counts as missed, what it ends with; words, JSON and drawings say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from benchmarks import parts
from benchmarks.__main__ import Ended, Runs, exit_code, write
from benchmarks.table import drawing, words
from benchmarks.table.goals import ELSEWHERE, GOALS
from benchmarks.table.rows import FILE, LIMIT_MISSED, MISSED, NOT_RUN, OK, Found, read
from tests.processes import ROOT

SVG = {"svg": "http://www.w3.org/2000/svg"}


def line(**facts: object) -> str:
    return json.dumps({"kind": "row", "note": "", **facts})


def found_with(*lines: str, failed: tuple[str, ...] = (), ran: tuple[str, ...] = ()) -> Found:
    return read(lines, failed, ran)


def state(found: Found, key: str) -> tuple[str, str]:
    (one,) = (one for one in found.rows if one.key == key)
    return one.state, one.note


@pytest.mark.parametrize(
    ("key", "measured", "expected"),
    [
        ("policy", 99.9, OK),
        ("policy", 100, OK),
        ("policy", 100.1, MISSED),
        ("cycles", 15, OK),
        ("cycles", 14.9, MISSED),
        ("stage-axe", 0, OK),
        ("stage-axe", 1, MISSED),
    ],
)
def test_a_limit_may_be_reached_and_not_passed(key: str, measured: float, expected: str) -> None:
    assert state(found_with(line(key=key, measured=measured)), key)[0] == expected


def test_every_goal_has_a_row_in_its_order_and_says_why_it_was_not_run() -> None:
    found = found_with(
        line(key="cycles", measured=None, note="not compared: PEER=1"), failed=("replay",), ran=("take",)
    )
    assert [one.key for one in found.rows] == list(GOALS)
    assert state(found, "cycles") == (NOT_RUN, "not compared: PEER=1")
    assert state(found, "replay") == (NOT_RUN, "the benchmark failed: see above")
    assert state(found, "gateway") == (NOT_RUN, "not asked for: ONLY=gateway")
    assert state(found, "faults") == (NOT_RUN, ELSEWHERE["faults"])
    assert all(one.note for one in found.rows)


def test_of_a_row_measured_twice_the_worse_one_counts() -> None:
    found = found_with(
        line(key="policy", measured=80), line(key="policy", measured=120), line(key="policy", measured=40),
        line(key="delivery", measured=0.5), line(key="delivery", measured=0.9),
    )  # fmt: skip
    assert {one.key: one.measured for one in found.rows if one.measured is not None} == {"policy": 120, "delivery": 0.5}


def test_what_it_ends_with() -> None:
    good, bad = found_with(line(key="policy", measured=1)), found_with(line(key="policy", measured=101))
    assert exit_code(good, Runs([Ended("policy", 1, 0, 0)])) == 0
    assert exit_code(bad, Runs([Ended("policy", 1, LIMIT_MISSED, 0)])) == 1
    assert exit_code(good, Runs([Ended("policy", 1, 0, 0), Ended("replay", 1, 1, 0)])) == 1, "a part failed"
    assert exit_code(good, Runs([Ended("policy", 1, 0, 0), Ended("lighthouse", 1, 5, 0)])) == 0, "all were skipped"


def test_words_json_and_drawing_say_the_same(tmp_path: Path) -> None:
    found = found_with(
        line(key="policy", measured=38.24), line(key="idle", measured=705.2, note="30 <processes> & more"),
        '{"kind": "point", "curve": "take", "x": 1000, "y": 2.0, "unit": "ms"}',
        '{"kind": "point", "curve": "take", "x": 1000000, "y": 4.0, "unit": "ms"}',
        '{"kind": "size", "table": "moderation_case", "bytes": 500}',
        '{"kind": "size", "table": "moderation_attempt", "bytes": 1500}',
    )  # fmt: skip
    told = list(words.lines(found))
    assert any(re.match(r"policy evaluation.* 38\.2 µs +≤ 100 µs +ok$", one) for one in told)
    assert any(
        re.match(r"whole stack idle.* 705 MB PSS +≤ 600 MB PSS +missed  30 <processes> & more$", one) for one in told
    )
    assert any(re.match(r"take +2 +4 +ms$", one) for one in told)
    assert any(re.match(r"all +2,000 +2 +20 +200$", one) for one in told), "GB at a million, ten and a hundred million"
    write(found, Runs([Ended("policy", 60, 0, 90.0)]), tmp_path)
    kept = json.loads((tmp_path / "table.json").read_text())
    rows = {one["key"]: one for one in kept["rows"]}
    assert (rows["idle"]["measured"], rows["idle"]["limit"], rows["idle"]["state"]) == (705.2, 600, "missed")
    assert (rows["cycles"]["measured"], rows["cycles"]["atLeast"]) == (None, True)
    assert kept["disturbed"] == ["policy"]
    assert kept["machine"]["cores"] == os.cpu_count()
    drawn = Xml.parse(tmp_path / "table.svg")  # noqa: S314 - our own
    texts = {
        one.get("data-row"): [text.text for text in one.findall("svg:text", SVG)]
        for one in drawn.iterfind(".//svg:g", SVG)
    }
    assert list(texts) == list(GOALS)
    assert texts["idle"] == ["whole stack idle, without the engine", "705", "≤ 600 MB PSS", "missed"]
    assert texts["cycles"][1:] == ["–", "≥ 15 × Label Studio", "not run"]


def test_the_bar_of_a_row_is_its_share_of_the_limit() -> None:
    found = found_with(line(key="policy", measured=50), line(key="idle", measured=6000))
    drawn = Xml.fromstring(drawing.table(found, "a <title>"))  # noqa: S314 - our own
    bars = {one.get("data-row"): one.find("svg:rect", SVG) for one in drawn.iterfind(".//svg:g", SVG)}
    widths = {key: float(bar.get("width", "")) for key, bar in bars.items() if bar is not None}
    assert widths == {"policy": drawing.BAR_WIDTH / 4, "idle": drawing.BAR_WIDTH}, "half the room is the limit"


def test_a_curve_is_drawn_where_its_values_are() -> None:
    points = [
        f'{{"kind": "point", "curve": "take", "x": {x}, "y": {y}, "unit": "ms"}}' for x, y in ((1000, 1), (100000, 4))
    ]
    drawn = Xml.fromstring(drawing.curves(found_with(*points).points, "curves"))  # noqa: S314 - our own
    spots = [
        {name: float(one.get(name, "")) for name in ("data-x", "data-y", "cx", "cy")}
        for one in drawn.iterfind(".//svg:circle", SVG)
    ]
    assert [(one["data-x"], one["data-y"]) for one in spots] == [(1000, 1), (100000, 4)]
    assert [one["cx"] for one in spots] == [drawing.PLOT_LEFT, drawing.PLOT_LEFT + drawing.PLOT_WIDTH]
    assert [one["cy"] for one in spots] == [24 + drawing.PLOT_HEIGHT * 3 / 4, 24]


def test_parts_measure_what_the_table_has_and_their_files_are_there() -> None:
    measured = {goal.part for key, goal in GOALS.items() if key not in ELSEWHERE}
    assert measured == {part.name for part in parts.TABLE}
    every = [*parts.TABLE, *parts.OTHER]
    assert all((ROOT / file).exists() for part in every for file in part.files)
    own = {str(path.relative_to(ROOT)) for path in (ROOT / "benchmarks").rglob("test_*.py")}
    named = {file for part in every for file in part.files}
    assert {file for file in own if file not in named and str(Path(file).parent) not in named} == set()
    assert sum(part.minutes for part in parts.TABLE) <= 40


def test_a_part_that_is_not_there_is_named_with_those_that_are() -> None:
    assert [part.name for part in parts.chosen("policy, stage")] == ["policy", "stage"]
    with pytest.raises(parts.NoSuchPart, match=r"no part polici\..*policy"):
        parts.chosen("polici")


BENCHMARK = """
from benchmarks.table.rows import row

def test_one():
    row("policy", {measured})
"""


@pytest.mark.parametrize(("measured", "code"), [(100, 0), (101, LIMIT_MISSED)])
def test_a_missed_row_ends_pytest_with_its_own_code(tmp_path: Path, measured: int, code: int) -> None:
    (tmp_path / "test_one.py").write_text(BENCHMARK.format(measured=measured))
    rows = tmp_path / "rows"
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "benchmarks.table.plugin",
        str(tmp_path),
    ]
    ended = subprocess.run(argv, cwd=ROOT, env={**os.environ, FILE: str(rows)}, capture_output=True, check=False)
    assert ended.returncode == code, ended.stdout.decode()
    assert state(read(rows.read_text().splitlines()), "policy")[0] == (OK if code == 0 else MISSED)
