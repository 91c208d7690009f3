"""The words of docs/glossary.md are kept: names that were given up do not come back, and one name is one thing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from drf_spectacular.generators import SchemaGenerator

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("accounts", "moderation", "review")
SOURCES = (*PACKAGES, "clients/python")
GIVEN_UP_MODULES = {
    *("attachments", "beside", "beside_words", "board_words", "claims", "counts", "dossier", "figures", "flow"),
    *("grid_words", "line_preview", "marked_text", "mine", "newcomers", "numbers", "outcomes", "presenters"),
    *("risk_words", "rule_words", "set_aside", "stage_waits", "stage_words", "sweep", "take_along", "take_up", "tiles"),
    *("whereabouts", "written_words", "answers", "calls", "shapes", "who", "composed", "rows", "bell", "editions"),
    *("found", "listed", "polling", "postman", "senders", "settle", "told", "waiting", "sittings"),
}
GIVEN_UP_SCRIPTS = {
    *("along", "answers", "book", "desk", "elsewhere", "hand", "head", "line", "look", "sitting", "table", "veil"),
    *("veiled", "veil_choice", "waits", "words"),
}
GIVEN_UP_CLASSES = {
    *("BoardLine", "Claim", "Dossier", "Edition", "Hold", "HoldLost", "Line", "Parcel", "Postman", "PracticeSitting"),
    *("Desk", "NotKept", "Remembered", "Seat", "Veil", "Whereabouts"),
}
ONE_THING = ("Line", "Page", "Refused", "Row", "SignedIn", "Verdict")
GIVEN_UP_FIELDS = re.compile(r"(^|_)(attached|claim|claimed|edition|held|hold|service_level|sitting|veil)(_|$)")
GIVEN_UP_JSON = re.compile(r"^(hold|held|claim|onHold|holdToken|heldUntil|heldBy|heldByOthers|holds|attached\w*|veil)$")
LEASE_OR_SNOOZE = re.compile(r"(?<!legal )\b(hold|holds|held|holding|claim|claims|claimed)\b", re.IGNORECASE)
# Sentences in which the word means to contain, to be valid, or to keep a key down.
OTHER_SENSES = {
    "A list of this kind has at most %(n)d entries.",
    "A name cannot contain control characters.",
    "A word cannot contain line breaks, tabs or other control characters.",
    "All lists together have at most %(n)d entries.",
    "Enlarge; then keep it pressed to see the picture without blur",
    "Hidden. Keep {key} pressed to show it.",
    "Contains a control character or half a character; leave it out.",
    "The file contains no words.",
    "The first rule that matches applies. Empty conditions are ignored; all others must match.",
    "The picture is shown without blur while the key is pressed.",
    "The server could not save this. It applies until the page is reloaded.",
    "hold",  # before a key on the sheet of keys
}


def sources() -> Iterator[Path]:
    for package in SOURCES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def classes() -> Iterator[str]:
    for path in sources():
        nodes = ast.walk(ast.parse(path.read_text()))
        yield from (node.name for node in nodes if isinstance(node, ast.ClassDef))


def test_no_module_has_a_name_that_was_given_up() -> None:
    assert [path for path in sources() if path.stem in GIVEN_UP_MODULES] == []


def test_no_script_has_a_name_that_was_given_up() -> None:
    scripts = list((ROOT / "static" / "js").rglob("*.js"))
    assert len(scripts) > 50
    assert [path for path in scripts if path.stem in GIVEN_UP_SCRIPTS] == []


def test_no_class_has_a_name_that_was_given_up() -> None:
    assert set(classes()) & GIVEN_UP_CLASSES == set()


@pytest.mark.parametrize("name", ONE_THING)
def test_one_name_is_one_class_at_most(name: str) -> None:
    assert Counter(classes())[name] <= 1


def test_no_column_has_a_name_that_was_given_up() -> None:
    models = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]
    columns = {f"{model.__name__}.{field.name}" for model in models for field in model._meta.concrete_fields}
    assert len(columns) > 100
    assert {name for name in columns if GIVEN_UP_FIELDS.search(name.partition(".")[2])} == set()


def test_no_json_key_has_a_name_that_was_given_up() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    keys = set(_keys(schema))
    assert "leaseToken" in keys
    assert {key for key in keys if GIVEN_UP_JSON.match(key)} == set()


def _keys(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for value in part.values():
            yield from _keys(value)
    elif isinstance(part, list):
        for value in part:
            yield from _keys(value)


def test_no_sentence_on_screen_says_hold_or_claim_for_lease_or_snooze() -> None:
    with (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        texts = [text for message in read_po(file) if message.id for text in _texts(message.id)]
    assert len(texts) > 1000
    assert {text for text in texts if LEASE_OR_SNOOZE.search(text)} - OTHER_SENSES == set()


def _texts(given: object) -> list[str]:
    return list(given) if isinstance(given, list | tuple) else [str(given)]
