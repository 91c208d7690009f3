"""`python -m clients [node] [go] [java]`: generate the clients from our OpenAPI document into clients/build/, compile
each with its smoke script where the language's compiler is there, and with --picture have one moderated through each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from clients.document import for_generators
from clients.languages import LANGUAGES, NoToolchain, generate, run

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "clients" / "build"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    parser.add_argument("languages", nargs="*", help=f"{', '.join(LANGUAGES)}: all where none is named")
    parser.add_argument("--picture", type=Path, help="posted to SECOND_LOOK_URL with SECOND_LOOK_API_KEY")
    parser.add_argument("--into", type=Path, default=BUILD)
    given = parser.parse_args()
    if unknown := set(given.languages) - set(LANGUAGES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    document = written(given.into)
    for name in given.languages or LANGUAGES:
        say(f"{name}: {made(name, document=document, into=given.into, picture=given.picture)}")
    return 0


def made(name: str, *, document: Path, into: Path, picture: Path | None) -> str:
    """What became of one language, in words."""
    language, folder = LANGUAGES[name], into / name
    generate(language, document=document, folder=folder)
    try:
        command = language.compiled(folder)
    except NoToolchain as missing:
        return f"generated in {folder}; not compiled, {missing}"
    return run([*command, str(picture.resolve())]) if picture else f"generated and compiled in {folder}"


def written(into: Path) -> Path:
    """The OpenAPI document of this source, for the generators."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "openapi.json"
        command = [sys.executable, "manage.py", "spectacular", "--format", "openapi-json", "--file", str(whole)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "DATA_DIR": folder})
        told = for_generators(json.loads(whole.read_text()))
    document = into / "openapi.json"
    document.write_text(json.dumps(told, indent=1))
    return document


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
