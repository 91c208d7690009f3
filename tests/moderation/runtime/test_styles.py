"""Style sheets keep every rule when they are made smaller. What Chromium makes of them: tests/browser/pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from moderation.runtime.static_files import HashedStaticFiles
from moderation.runtime.styles import minified
from tests.processes import ROOT

STYLES = sorted((ROOT / "static/css").rglob("*.css"))


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("a { color: red; }\n", "a{color:red}"),
        ("/* why, { and } */\nb,\nc > d { margin: 0 1px;\n  top: 0; }", "b,c > d{margin:0 1px;top:0}"),
        ('e::before { content: "⊘  ; : { "; }', 'e::before{content:"⊘  ; : { "}'),
        (".f { width: calc(100vh - 2rem); inset: auto; }", ".f{width:calc(100vh - 2rem);inset:auto}"),
        (
            "@media (max-width: 640px) and (hover) { g h { top: 0 } }",
            "@media (max-width:640px) and (hover){g h{top:0}}",
        ),
        (":is(.i, .j) :hover { x: light-dark(#fff, #000); }", ":is(.i,.j) :hover{x:light-dark(#fff,#000)}"),
        ("k { src: url(data:image/svg+xml;a=%20b, c) }", "k{src:url(data:image/svg+xml;a=%20b, c)}"),
    ],
)
def test_only_what_means_nothing_is_left_out(written: str, served: str) -> None:
    assert minified(written) == served


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_rule_of_ours_is_still_there(path: Path) -> None:
    written = path.read_text()
    bare = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    served = minified(written)
    letters = re.compile(r"\s+|;(?=\s*})")
    assert letters.sub("", served) == letters.sub("", bare)
    assert "/*" not in served
    assert minified(served) == served


def test_they_are_served_so(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "css" / "manage"
    folder.mkdir(parents=True)
    (folder / "people.css").write_text("a { /* why */ color: red; }\n")
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    hashed = {"BACKEND": "moderation.runtime.static_files.HashedStaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    call_command("collectstatic", interactive=False, verbosity=0)
    name = HashedStaticFiles(settings.STATIC_ROOT, "/static/").stored_name("css/manage/people.css")
    assert (settings.STATIC_ROOT / name).read_text() == "a{color:red}"
