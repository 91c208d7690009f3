"""The tree stays one that people can read: files of about 300 lines, folders of at most 25 modules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import ROOT

SOURCE = ("accounts", "moderation", "review", "demo", "tests", "benchmarks", "clients", "static", "templates")
KINDS = (".py", ".js", ".css", ".html")
MOST_LINES = 300
MOST_MODULES = 25

LONGER = {
    "tests/browser/grid/test_grid.py": "the grid's keys, one short test each",
    "tests/demo/cases/test_bodies.py": "a table of the drawn cases",
    "tests/moderation/api/test_callbacks.py": "the callback's answers, one short test each",
    "tests/moderation/media/mutated.py": "a table of mutated files, held against Chromium",
    "tests/review/policy_editor/test_rules.py": "the rules' page, one short test each",
    "tests/review/practice/test_practice.py": "practice from its start to its figures",
    "tests/review/statistics/test_board.py": "the board's figures, one short test each",
    "tests/review/workflow/test_grid.py": "what a grid's page decides, one short test each",
    "tests/review/workflow/test_same_subject.py": "deciding for the others of a subject, one short test each",
}
"""Files over 300 lines, each with its reason. None may have more than 400."""
MOST_LINES_OF_ALL = 400


def source() -> Iterator[Path]:
    for folder in SOURCE:
        for found in sorted((ROOT / folder).rglob("*")):
            path = found.relative_to(ROOT)
            if found.suffix in KINDS and not {"migrations", "build"} & set(path.parts):
                yield path


def lines(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())


def test_no_file_is_longer_than_people_like_to_read() -> None:
    long = {str(path): length for path in source() if (length := lines(path)) > MOST_LINES}
    assert {path: length for path, length in long.items() if path not in LONGER} == {}
    assert {path: length for path, length in long.items() if length > MOST_LINES_OF_ALL} == {}
    assert set(LONGER) - set(long) == set(), "short by now, or moved: take it off the list"


@pytest.mark.parametrize("kind", KINDS)
def test_no_folder_has_more_modules_than_people_can_survey(kind: str) -> None:
    modules = Counter(str(path.parent) for path in source() if path.suffix == kind and path.name != "__init__.py")
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}
