"""CSV that a spreadsheet wrote with another separator than the comma: read by its header, or refused, never guessed."""

from __future__ import annotations

import io

import pytest

from moderation.models import WordList
from moderation.word_lists import changes, csv_form, import_export
from moderation.word_lists.refusals import BadFile
from tests.world import World


def rows(sent: str) -> list[tuple[str | None, str]]:
    read = list(csv_form.read(io.BytesIO(sent.encode())))
    assert all(isinstance(row, csv_form.CsvRow) for row in read), read
    return [(row.list_name, row.word) for row in read if isinstance(row, csv_form.CsvRow)]


@pytest.mark.parametrize("separator", [";", "\t", "|", "；", ","])
@pytest.mark.parametrize("header", ["list{}word", '"List"{}"Word"', "\ufefflist{}word", " LIST {} word "])
def test_the_header_tells_the_separator(separator: str, header: str) -> None:
    sent = header.format(separator) + f'\r\ncontacts{separator}微信\r\ncontacts{separator}"a{separator}b"\r\n'
    assert rows(sent) == [("contacts", "微信"), ("contacts", f"a{separator}b")]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_so_does_excels_own_line(line: str) -> None:
    assert rows(f"{line}\r\ncontacts;a\r\n") == [("contacts", "a")]
    assert rows(f"{line}\r\nlist;word\r\ncontacts;a\r\n") == [("contacts", "a")]
    assert rows("sep=\t\r\ncontacts\ta\r\n") == [("contacts", "a")]


@pytest.mark.parametrize(
    "sent",
    ["contacts;a\ncontacts;b\n", "a;note\n", "a\t1\nb\t2\n", "a；b\n", "word;list\na;contacts\n", "a;b;c\nd;e;f\n"],
)
def test_what_may_be_columns_is_refused(sent: str) -> None:
    with pytest.raises(BadFile) as refused:
        rows(sent)
    (error,) = refused.value.errors
    assert "begin the file with the line list" in str(error)
    assert error.line == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("a;b\nc\n", ["a;b", "c"]),  # not every line
        ('"a;b"\n"c;d"\n', ["a;b", "c;d"]),  # said to be words
        ("foo|bar\na|b\n", ["foo|bar", "a|b"]),  # patterns
        ("word\na;b\n", ["a;b"]),
        ("a\n" * 60 + "b;c\n", [*["a"] * 60, "b;c"]),
    ],
)
def test_a_sign_within_words_is_one_of_them(sent: str, words: list[str]) -> None:
    assert [word for _, word in rows(sent)] == words


def test_two_columns_by_comma_may_have_any_sign_in_their_words() -> None:
    assert rows("contacts,a;b\ncontacts,c;d\n") == [("contacts", "a;b"), ("contacts", "c;d")]


def test_a_semicolon_file_is_not_stored_as_words(world: World) -> None:
    contacts = changes.create(name="contacts", kind="plain", by=world.dave)
    sent = b"contacts;viagra\r\ncontacts;casino\r\n"
    with pytest.raises(BadFile):
        import_export.import_csv(io.BytesIO(sent), size=len(sent), into=contacts, replace=False, by=world.dave)
    assert not contacts.entries.exists()
    sent = b"list;word\r\n" + sent
    import_export.import_csv(io.BytesIO(sent), size=len(sent), into=None, replace=False, by=world.dave)
    assert sorted(WordList.objects.get().entries.values_list("text", flat=True)) == ["casino", "viagra"]
