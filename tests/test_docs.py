"""What the documents name exists: files, folders, tests and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLACES = ("*.md", "docs/**/*.md", "clients/*.md", "clients/python/*.md")
DOCUMENTS = tuple(path for place in PLACES for path in ROOT.glob(place))
FOLDERS: tuple[str, ...] = ("accounts", "moderation", "review", "static", "templates", "locale")
FOLDERS += ("demo", "benchmarks", "clients", "tests", "docs")
NAMED = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*)(?:::(\w+))?`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_test_that_a_document_names_is_there(document: Path) -> None:
    assert list(_missing(document.read_text())) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link[0]]
    targets = [(document.parent / path, heading) for path, heading in links]
    assert [str(path) for path, heading in targets if not path.exists() or not _has(path, heading)] == []


def _missing(text: str) -> Iterator[str]:
    for name, test in NAMED.findall(text):
        path = ROOT / name
        if not path.exists() or (test and f"def {test}(" not in path.read_text()):
            yield f"{name}::{test}" if test else name


def _has(path: Path, heading: str) -> bool:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE) if heading else []
    return not heading or heading in [one.lower().replace(" ", "-") for one in headings]
