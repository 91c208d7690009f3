"""How our scripts come to be what a browser downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from moderation.runtime.static_files import HashedStaticFiles

MAIN = 'import { greet } from "./words.js";\n// A comment.\ngreet(document.title);\n'
WORDS = 'export const greet = (name) => console.log(`good ${"morning"}, /* ${name} */`);\n'


@pytest.fixture
def sources(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "sources" / "js" / "desk"
    folder.mkdir(parents=True)
    (folder / "main.js").write_text(MAIN)
    (folder / "words.js").write_text(WORDS)
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    hashed = {"BACKEND": "moderation.runtime.static_files.HashedStaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    return folder


def collected(settings: Any) -> str:
    call_command("collectstatic", interactive=False, verbosity=0)
    name = HashedStaticFiles(settings.STATIC_ROOT, "/static/").stored_name("js/desk/main.js")
    served: str = (settings.STATIC_ROOT / name).read_text()
    return served


def test_the_first_module_is_served_with_all_it_imports(sources: Path, settings: Any) -> None:
    served = collected(settings)
    assert "/* ${name} */`" in served
    assert "import" not in served
    assert "A comment" not in served


def test_a_change_in_any_module_is_served_after_the_next_collecting(sources: Path, settings: Any) -> None:
    collected(settings)
    (sources / "words.js").write_text(WORDS.replace("good", "fine"))
    assert "fine ${" in collected(settings)


def test_modules_may_import_one_another_in_a_long_chain(sources: Path, settings: Any) -> None:
    for nth in range(1, 12):
        (sources / f"part{nth}.js").write_text(f'import {{ greet }} from "./part{nth - 1}.js";\nexport {{ greet }};\n')
    (sources / "part0.js").write_text(WORDS)
    (sources / "main.js").write_text(MAIN.replace("./words.js", "./part11.js"))
    assert "good ${" in collected(settings)


def test_a_script_that_cannot_be_read_stops_the_collecting(sources: Path, settings: Any) -> None:
    (sources / "words.js").write_text("export const greet = (;")
    with pytest.raises(Exception, match=r"words\.js"):
        collected(settings)
