"""Cells that a spreadsheet must not run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation import csv_cells


@given(st.text())
def test_no_cell_leaves_as_a_formula_and_every_cell_comes_back(cell: str) -> None:
    for tried in (cell, f"={cell}", f"'{cell}", f"'+{cell}", f"''＠{cell}"):
        assert csv_cells.guarded(tried)[:1] not in tuple("=+-@\t\r＝＋－＠")
        assert csv_cells.bare(csv_cells.guarded(tried)) == tried
