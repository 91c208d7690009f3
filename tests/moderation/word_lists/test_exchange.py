"""Word lists in and out as CSV."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.models import CacheVersion, WordList
from moderation.word_lists import changes, csv_form, import_export
from moderation.word_lists.changes import Added
from moderation.word_lists.csv_form import CsvRow
from moderation.word_lists.refusals import BadFile, WordListRefused
from tests.world import World


@pytest.fixture
def contacts(world: World) -> WordList:
    made = changes.create(name="contacts", kind="plain", by=world.dave)
    changes.add(made, ["old"], by=world.dave)
    return made


def texts(word_list: WordList) -> list[str]:
    return list(word_list.entries.order_by("pk").values_list("text", flat=True))


def taken_in(sent: bytes, world: World, **how: Any) -> dict[str, Added]:
    options = {"into": None, "replace": False, "by": world.dave} | how
    return import_export.import_csv(io.BytesIO(sent), size=len(sent), **options)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\r\nb", ["a", "b"]),
        (b"a\rb\r", ["a", "b"]),
        (b"\xef\xbb\xbfword\r\na\r\n", ["a"]),
        (b"\xef\xbb\xbflist,word\r\ncontacts,a\r\n", ["a"]),
        (b"contacts,a\nb\n", ["a", "b"]),
        (b'"a, b"\n"say ""hi"""\n', ["a, b", 'say "hi"']),
        ("\n  微信 \n\n,\n".encode(), ["微信"]),
        (b"'=1+1\n'-x\n''@y\n'z\n'\n", ["=1+1", "-x", "'@y", "'z", "'"]),
        (b"a\nA\na\nold\n", ["a"]),
        (b"a\nword\n", ["a", "word"]),
    ],
)
def test_what_a_file_says_is_added(world: World, contacts: WordList, sent: bytes, words: list[str]) -> None:
    added = taken_in(sent, world, into=contacts)
    assert texts(contacts) == ["old", *words]
    assert added["contacts"].added == len(words)


def test_duplicates_are_counted_in_the_file_and_in_the_list(world: World, contacts: WordList) -> None:
    assert taken_in(b"a\nA\nold\nb\n", world, into=contacts) == {"contacts": Added(added=2, duplicates=2)}


def test_replacing_removes_what_the_named_lists_held_and_no_other(world: World, contacts: WordList) -> None:
    other = changes.create(name="other", kind="whole", by=world.dave)
    changes.add(other, ["stays"], by=world.dave)
    taken_in(b"contacts,new\n", world, replace=True)
    assert (texts(contacts), texts(other)) == (["new"], ["stays"])
    details = AuditEvent.objects.latest("pk").details
    assert details == {"name": "contacts", "replace": True, "added": 1, "duplicates": 0, "removed": 1}


def test_one_file_fills_several_lists(world: World, contacts: WordList) -> None:
    other = changes.create(name="other", kind="pattern", by=world.dave)
    before = CacheVersion.objects.get(pk="word lists").number
    taken_in(b"contacts,a\nother,\\d{5}\ncontacts,b\n", world)
    assert (texts(contacts), texts(other)) == (["old", "a", "b"], [r"\d{5}"])
    assert CacheVersion.objects.get(pk="word lists").number > before
    assert AuditEvent.objects.filter(action="word-list.imported").count() == 2


@pytest.mark.parametrize(
    ("sent", "line", "why"),
    [
        (b"a\nb,c,d\n", 2, "columns"),
        (b"a\nnobody,c\n", 2, "not for this one"),
        (b'a\n"b\nc"\n', 3, "line breaks"),
        (b"a\n" + b"x" * 101, 2, "100"),
        (b"a\n\xff\xfe", 1, "UTF-8"),
        ("微信".encode("gbk"), 1, "UTF-8"),
        (b'a\n"b', 2, "not CSV"),
        (b'a\n"b"c\n', 2, "not CSV"),
        (b"a\n" + b"x" * 200_000, 2, "not CSV"),
        (b"a\nb\x00\n", 2, "control"),
        (b"a\ncontacts,\n", 2, "no word"),
    ],
)
@pytest.mark.parametrize("replace", [False, True])
def test_mistakes_are_named_by_their_line_and_nothing_is_written(
    world: World, contacts: WordList, sent: bytes, line: int, why: str, replace: bool
) -> None:
    with pytest.raises(BadFile) as refused:
        taken_in(sent, world, into=contacts, replace=replace)
    (error,) = refused.value.errors
    assert (error.line, why in error.detail) == (line, True), error
    assert texts(contacts) == ["old"]


def test_a_mistake_behind_what_was_written_takes_all_of_it_back(world: World, contacts: WordList) -> None:
    sent = "".join(f"w{number}\n" for number in range(12_000)).encode() + b"x" * 101 + b"\n" + b"a,b,c\n" * 200
    with pytest.raises(BadFile) as refused:
        taken_in(sent, world, into=contacts)
    assert (refused.value.total, len(refused.value.errors), refused.value.errors[0].line) == (201, 100, 12_001)
    assert texts(contacts) == ["old"]


def test_a_file_that_is_more_than_a_list_holds_is_refused(
    world: World, contacts: WordList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.word_lists.entries.WORDS_IN_A_LIST", 2)
    with pytest.raises(WordListRefused, match="at most 2"):
        taken_in(b"a\nb\n", world, into=contacts)
    assert texts(contacts) == ["old"]


@pytest.mark.parametrize("sent", [b"", b"\n\n", b"word\n", b"\xef\xbb\xbf"])
def test_a_file_without_words_replaces_nothing(world: World, contacts: WordList, sent: bytes) -> None:
    with pytest.raises(WordListRefused, match="no words"):
        taken_in(sent, world, into=contacts, replace=True)
    assert texts(contacts) == ["old"]


def test_without_a_list_one_column_is_a_mistake_and_a_large_file_is_not_read(world: World, contacts: WordList) -> None:
    with pytest.raises(BadFile) as refused:
        taken_in(b"a\n", world)
    assert "two columns" in str(refused.value.errors[0])
    with pytest.raises(WordListRefused, match="MiB"):
        import_export.import_csv(io.BytesIO(b"a"), size=2**30, into=contacts, replace=False, by=world.dave)


def test_a_hundred_thousand_words_come_in_and_go_out(world: World, contacts: WordList) -> None:
    words = [f"词{number:x}" for number in range(100_000)]
    added = taken_in("\r\n".join(words).encode(), world, into=contacts, replace=True)
    assert added == {"contacts": Added(100_000, 0)}
    lines = list(import_export.export_csv(contacts, by=world.dave))
    assert len(lines) == 100_001
    assert lines[1] == "contacts,词0\r\n"


def test_a_list_survives_its_export_and_import(world: World, contacts: WordList) -> None:
    odd = [
        "=1+1",
        "'=1",
        "'",
        "-x",
        "@y",
        "＋1",
        'a,"b"',
        "微信",
        "😀",
        "ﬁ",
        "e\u0301",
        "word",
        "list",
        "a\u3000b",
        "\ufeffz",
    ]
    changes.add(contacts, odd, by=world.dave)
    sent = "".join(import_export.export_csv(contacts, by=world.dave)).encode()
    assert taken_in(sent, world, replace=True) == {"contacts": Added(len(odd) + 1, 0)}
    assert texts(contacts) == ["old", *odd]


@pytest.mark.parametrize("person", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_import_and_export(world: World, contacts: WordList, person: str) -> None:
    with pytest.raises(NotAllowed):
        taken_in(b"a\n", world, into=contacts, by=getattr(world, person))
    with pytest.raises(NotAllowed):
        import_export.export_csv(contacts, by=getattr(world, person))


_CELL = st.text(
    st.one_of(st.sampled_from("'=+-@＝'\",; \t词a"), st.characters(exclude_categories=["Cs", "Cc"])), min_size=1
).filter(lambda cell: cell == cell.strip())


@given(st.lists(st.tuples(_CELL, _CELL), max_size=8))
def test_what_goes_out_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    sent = "".join(csv_form.write(rows)).encode()
    read = [(row.list_name, row.word) for row in csv_form.read(io.BytesIO(sent)) if isinstance(row, CsvRow)]
    assert read == rows


def test_an_export_is_recorded(world: World, contacts: WordList) -> None:
    import_export.export_csv(contacts, by=world.dave)
    import_export.export_csv(None, by=world.dave)
    events = AuditEvent.objects.filter(action="word-list.exported", by=world.dave).order_by("pk")
    assert [(event.on_type, event.on_id) for event in events] == [("wordlist", str(contacts.pk)), ("wordlist", "")]
    with pytest.raises(NotAllowed):
        import_export.export_csv(contacts, by=world.erin)
    assert events.count() == 2
