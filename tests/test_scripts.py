"""What holds for the scripts and styles a browser gets, read from their files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
PAGES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST_FILE = 300
LONGEST_FUNCTION = 60
WIDEST_STYLE = 120

_FUNCTION = re.compile(
    r"^(?P<indent> *)(?:(?:export )?(?:async )?function [\w$]+\("  # function name(
    r"|(?:export )?const [\w$]+ = (?:async )?\(?[\w$, {}=]*\)? => \{"  # const name = (…) => {
    r"|(?!if|for|while|switch|with|catch)(?:static |async |get |set )*#?[\w$]+\([^;]*\{$)"  # a method
)
_IMPORT = re.compile(r"""^(?:import|export)\s(?:[^;"'(]*\sfrom\s+)?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)

# Names and words that the glossary replaced (docs/glossary.md), and where one of them is something else.
_OLD_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:holds?|held|holdToken|claim(?:s|ed)?|veil(?:s|ed)?|desk|sitting|whereabouts|leasedElsewhere)(?![\w])"
    r"|stage-(?:veil|hand|along|looking|numbers|told)\b|data-looking|looking-under|veilOver"
)
_OTHERWISE = (
    "must hold", "the frame that holds",  # a condition, a container
    "letAllGo", "keys.held", "held: true", "held?", "held.", "`held`", "held = new", "held down", "held Enter",
    "are held are toggled", "is held", "while it is held",  # keys that are held down
    'hold: "snooze"', "holdToken: ",  # translations of what an older page kept
    "egal hold", "hold-reason",
)  # fmt: skip
_OF_LEGAL_HOLDS = ("manage/retention/", "css/manage/retention.css", "review/case_hold.html")


def _functions(script: Path) -> Iterator[tuple[str, int]]:
    """Each function's first line and how many lines it has. Our scripts close a block under its first line's indent."""
    lines = script.read_text().splitlines()
    for number, line in enumerate(lines):
        if found := _FUNCTION.match(line):
            close = found["indent"] + "}"
            length = next((at for at, other in enumerate(lines[number + 1 :], 1) if other.startswith(close)), 0)
            if line.rstrip().endswith("{"):
                yield line.strip(), length + 1


def _imports(script: Path) -> list[Path]:
    return [Path(os.path.normpath(script.parent / name)) for name in _IMPORT.findall(script.read_text())]


def test_the_functions_are_found() -> None:
    found = [name for script in SCRIPTS for name, _ in _functions(script)]
    assert len(found) > 400
    assert "export function openStage() {" in found


def test_no_function_is_long() -> None:
    long = {
        f"{script.name}: {name}": lines
        for script in SCRIPTS
        for name, lines in _functions(script)
        if lines > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_file_is_long() -> None:
    long = {path.name: count for path in SCRIPTS if (count := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_parts_get_what_they_need_when_they_are_made() -> None:
    """Two parts that need each other would have to be joined afterwards, by setting properties from outside."""
    joined = [path.name for path in SCRIPTS if "Object.assign" in path.read_text()]
    assert joined == []


def test_no_scripts_import_each_other_in_a_circle() -> None:
    imports = {script: _imports(script) for script in SCRIPTS}
    assert all(target in imports for targets in imports.values() for target in targets)
    done: set[Path] = set()

    def walk(script: Path, way: tuple[Path, ...]) -> None:
        assert script not in way, " → ".join(path.name for path in (*way, script))
        if script not in done:
            for target in imports[script]:
                walk(target, (*way, script))
            done.add(script)

    for script in SCRIPTS:
        walk(script, ())


def test_lines_of_styles_are_read_without_scrolling() -> None:
    wide = [
        f"{path.name}:{number}"
        for path in STYLES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDEST_STYLE
    ]
    assert wide == []


def test_old_words_are_gone_from_scripts_styles_and_pages() -> None:
    old = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in (*SCRIPTS, *STYLES, *PAGES)
        if not any(part in str(path) for part in _OF_LEGAL_HOLDS)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _OLD_WORDS.search(line) and not any(way in line for way in _OTHERWISE)
    ]
    assert old == []
