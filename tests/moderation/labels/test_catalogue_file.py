"""The catalogue of labels as CSV and JSON, without a database."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.labels.catalogue_file import (
    Fault,
    FileRow,
    UnreadableFile,
    levels_of,
    path_text,
    read,
    write_csv,
    write_json,
)

HEADER = "path,name_en,name_zh,severity\n"
TOLD = ("porn/x", "Name", "名", "high")


def cells(content: str | bytes) -> list[tuple[str, ...]]:
    """What the rows say; no fault may be among them."""
    rows = list(read(content.encode() if isinstance(content, str) else content))
    assert all(isinstance(row, FileRow) for row in rows), rows
    return [(row.path, row.name_en, row.name_zh, row.severity) for row in rows if isinstance(row, FileRow)]


def faults(content: str) -> list[tuple[int, str]]:
    return [(one.place, one.detail) for one in read(content.encode()) if isinstance(one, Fault)]


def refusal(content: str | bytes) -> tuple[int, str]:
    with pytest.raises(UnreadableFile) as refused:
        list(read(content.encode() if isinstance(content, str) else content))
    return refused.value.fault.place, refused.value.fault.detail


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "；"])
def test_the_header_tells_the_separator(separator: str) -> None:
    lines = separator.join(["path", "name_en", "name_zh", "severity"]) + "\r\n" + separator.join(TOLD) + "\r\n"
    assert cells(lines) == [TOLD]
    assert cells("\ufeff" + lines) == [TOLD]


def test_a_first_line_tells_the_separator() -> None:
    assert cells("sep=;\r\n" + HEADER.replace(",", ";") + ";".join(TOLD)) == [TOLD]


def test_columns_stand_in_any_order_and_may_be_missing() -> None:
    assert cells('"Severity", PATH\nhigh,porn/x\n\n , \n') == [("porn/x", "", "", "high")]


@pytest.mark.parametrize(
    "header", ["", "porn/x,Name,名,high", "path", "path;name_en,name_zh", "path,path,name_en", "path,name_en,colour"]
)
def test_another_header_is_refused(header: str) -> None:
    assert refusal(header + "\nporn/x,Name,名\n")[0] in (0, 1)


def test_rows_by_another_separator_than_the_header_are_named_with_their_lines() -> None:
    found = faults(HEADER + "porn/x;Name;名;high\nporn/y,Name,名,high\nporn/z,a,b,high,d\n")
    assert found == [(2, "There are 1 cells below 4 columns."), (4, "There are 5 cells below 4 columns.")]


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_another_encoding_is_refused(encoding: str) -> None:
    assert "UTF-8" in refusal((HEADER + ",".join(TOLD)).encode(encoding))[1]


def test_utf_16_without_a_mark_is_refused() -> None:
    refusal((HEADER + "porn/x,Name,N,high").encode("utf-16-le"))


def test_a_million_columns_are_refused_in_a_short_sentence() -> None:
    place, detail = refusal("path," + "x" * 100 + "," * 1_000_000)
    assert (place, len(detail) < 200) == (1, True)
    assert faults(HEADER + "," * 1_000_000 + "x") == [(2, "There are 1000001 cells below 4 columns.")]


def test_an_open_quotation_mark_and_an_endless_cell_are_refused() -> None:
    assert refusal(HEADER + 'porn/x,"Name')[0] == 2
    assert refusal(HEADER + f"porn/x,{'x' * 200_000},,")[0] == 2


def test_a_line_break_in_quotation_marks_belongs_to_its_cell() -> None:
    assert cells(HEADER + 'porn/x,"two\nlines",,\n') == [("porn/x", "two\nlines", "", "")]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"labels": 1}', "[1", "{}", "[" + "9" * 10_000 + "]x"])
def test_json_of_another_shape_is_refused(content: str) -> None:
    refusal(content)


def test_entries_of_another_shape_are_named_with_their_numbers() -> None:
    told = [1, {"path": 5}, {"path": "porn/x", "name": "y"}, {"path": "porn/x", "name_en": ["y"]}, {"path": "porn/y"}]
    assert [place for place, _ in faults(json.dumps(told))] == [1, 2, 3, 4]


def test_json_may_leave_out_what_it_does_not_say() -> None:
    assert cells('\ufeff [{"path": "porn/x", "name_zh": null, "severity": "high"}]') == [("porn/x", "", "", "high")]


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=20)] * 4), max_size=5))
def test_what_is_written_reads_the_same(written: list[tuple[str, str, str, str]]) -> None:
    told = [one for one in written if any(cell.strip() for cell in one)]
    rows = [FileRow(0, *one) for one in told]
    assert cells("".join(write_json(rows))) == told
    assert cells("".join(write_csv(rows))) == told


def test_no_exported_cell_is_a_formula() -> None:
    lines = "".join(write_csv([FileRow(0, "=cmd/x", "+1", "-1", "@x", ("=a", "b"))])).splitlines()
    assert lines[1] == "'=cmd/x,'+1,'-1,'@x,'=a; b"


@given(st.tuples(st.text(min_size=1), st.text(), st.text()))
def test_a_path_reads_as_the_label_it_was(levels: tuple[str, str, str]) -> None:
    assert levels_of(path_text(levels)) == levels


def test_a_path_has_three_levels_at_most() -> None:
    assert levels_of("porn/a/b/") == ("porn", "a", "b")
    assert levels_of("porn/a/b/c") is None
