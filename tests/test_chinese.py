"""The Chinese catalogue, held to what code and templates mark; and the choice of language. Needs no GNU gettext."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize

from tests.world import World

Key = tuple[str | None, str]  # context, the English text

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
# What marks a text, and which of its arguments are the context and the text.
MARKS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"), (0, 1)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%|\{[^{}]*\}|</?\w+>")
PAGES = (
    *(
        "/",
        "/review/",
        "/review/cases/",
        "/review/my-work/",
        "/review/rules/",
        "/review/labels/",
        "/review/word-lists/",
        "/manage/audit/",
    ),
    *("/manage/endpoints/", "/manage/endpoints/new/", "/manage/deliveries/", "/manage/engines/", "/manage/health/"),
    *("/review/practice/", "/review/practice/stage/", "/review/personal/", "/review/reports/"),
    *("/review/queues/nudity/guideline/", "/review/queues/nudity/guideline/edit/"),
    *("/manage/people/", "/accounts/sessions/", "/accounts/2fa/"),
)


def catalogue() -> Catalog:
    with (FOLDER / "django.po").open("rb") as source:
        return read_po(source)


def texts() -> Iterator[Message]:
    return (message for message in catalogue() if message.id)


def test_every_marked_text_is_in_the_catalogue_and_nothing_else() -> None:
    marked, known = set(_marked()), {_key(message) for message in texts()}
    assert len(marked) > 900
    assert marked - known == set(), "write them into the catalogue: docs/glossary.md"
    assert known - marked == set(), "nobody says this any more"


def test_every_text_is_translated_for_certain() -> None:
    unsure = [message.id for message in texts() if message.fuzzy or not all(_forms(message.string))]
    assert unsure == []


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    for message in texts():
        wanted = Counter(PLACEHOLDER.findall(_forms(message.id)[-1]))  # the plural text, which always counts
        assert [Counter(PLACEHOLDER.findall(form)) for form in _forms(message.string)] == [wanted], message.id


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with (FOLDER / "django.mo").open("rb") as compiled:
        told = {_key(message): _forms(message.string) for message in read_mo(compiled) if message.id}
    assert told == {_key(message): _forms(message.string) for message in texts()}, "pybabel compile -d locale -D django"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", ["alice", "carol", "dave", "erin", "mallory", "nobody"])
def test_everybody_reads_every_page_in_the_chosen_language(client: Client, world: World, name: str, path: str) -> None:
    if name != "nobody":
        client.force_login(getattr(world, name))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    page = client.get(path, follow=True).content.decode()
    assert '<html lang="zh-hans"' in page
    assert "语言" in page


@pytest.mark.parametrize("name", ["alice", "carol", "dave", "erin", "mallory", "nobody"])
def test_everybody_chooses_a_language(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if name != "nobody":
        client.force_login(getattr(world, name))
    sent = {"language": "zh-hans", "next": "/accounts/login/", "csrfmiddlewaretoken": _token(client)}
    answer = client.post("/i18n/setlang/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "zh-hans"


def test_choosing_a_language_needs_the_forms_token_and_stays_on_our_host(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/i18n/setlang/", {"language": "zh-hans"}).status_code == 403
    sent = {"language": "zh-hans", "next": "https://elsewhere.example/", "csrfmiddlewaretoken": _token(client)}
    assert client.post("/i18n/setlang/", sent)["Location"] == "/"


def test_reading_changes_no_language(client: Client, world: World) -> None:
    assert settings.LANGUAGE_COOKIE_NAME not in client.get("/i18n/setlang/?language=zh-hans").cookies


def _marked() -> Iterator[Key]:
    for app in ("accounts", "moderation", "review"):
        for file in sorted((settings.BASE_DIR / app).rglob("*.py")):
            yield from _extracted(file.read_bytes())
    for file in sorted((settings.BASE_DIR / "templates").rglob("*.*")):
        said = templatize(file.read_text(), origin=str(file))
        yield from _extracted("\n".join(line.strip() for line in said.splitlines()).encode())


def _extracted(source: bytes) -> Iterator[Key]:
    keywords: Any = list(MARKS)
    for _line, mark, said, _comments in extract_python(io.BytesIO(source), keywords, [], {"encoding": "utf-8"}):
        at_context, at_text = MARKS[str(mark)]
        sentences: Any = said
        parts = sentences if isinstance(sentences, tuple) else (sentences,)
        text = parts[at_text]
        if text:
            yield (parts[at_context] if at_context is not None else None), text


def _key(message: Message) -> Key:
    context: str | bytes | None = message.context
    # Babel reads a compiled context as bytes.
    return context.decode() if isinstance(context, bytes) else context, _forms(message.id)[0]


def _forms(text: object) -> list[str]:
    return [str(one) for one in text] if isinstance(text, list | tuple) else [str(text)]


def _token(client: Client) -> str:
    page = client.get("/accounts/login/", follow=True).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]
