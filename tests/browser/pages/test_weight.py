"""What a browser downloads of our own scripts and styles, in bytes on the wire."""

from __future__ import annotations

import re

import httpx
import pytest

from moderation.runtime.static_files import HashedStaticFiles
from tests.processes import ROOT, RunningApp, collected

LIMITS = {"js": 66_000, "css": 40_000}  # of all pages together
STAGE = 60_000  # bytes of scripts that the stage asks for
OF_THE_STAGE = ("base.html", "components/find.html", "review/stage.html")
pytestmark = pytest.mark.django_db  # run alone, nothing else here would have the tables made
NAMED = re.compile(r"\{% static '([\w./-]+\.(js|css))' %\}")
IMPORT = re.compile(r"""(?:^|[;}])\s*(?:import|export)\b[^;"']*["'][./]""", re.MULTILINE)


@pytest.mark.parametrize("encoding", ["br", "gzip"])  # browsers offer Brotli over https and to localhost only
@pytest.mark.parametrize("kind", LIMITS)
def test_all_our_scripts_and_styles_weigh_little(web: RunningApp, kind: str, encoding: str) -> None:
    sizes = {name: len(_served(web, name, encoding)) for name in _named_in_pages(kind)}
    print(f"{kind} by {encoding}: {sum(sizes.values())} bytes", sizes)  # noqa: T201 - the figure we promise
    assert 0 < sum(sizes.values()) <= LIMITS[kind], sizes


def test_the_scripts_of_the_stage_weigh_little(web: RunningApp) -> None:
    sizes = {name: len(_served(web, name, "gzip")) for name in _named_in_pages("js", *OF_THE_STAGE)}
    assert "js/review/main.js" in sizes
    assert sum(sizes.values()) <= STAGE, sizes


def test_every_script_comes_whole(web: RunningApp) -> None:
    """What begins at `js/*/main.js` is one file. Another name would be served as it is, import after import."""
    for name in _named_in_pages("js"):
        found = IMPORT.search(_served(web, name, "identity").decode())
        assert not found, f"{name} asks for a second file: {found and found[0]}"


def _named_in_pages(kind: str, *paths: str) -> list[str]:
    """In these templates, or in all."""
    found = [ROOT / "templates" / path for path in paths] or (ROOT / "templates").rglob("*.html")
    pages = (path.read_text() for path in found)
    named = {name for page in pages for name, ending in NAMED.findall(page) if ending == kind}
    return sorted(name for name in named if (ROOT / "static" / name).exists())


def _served(web: RunningApp, name: str, encoding: str) -> bytes:
    address = web.url + HashedStaticFiles(collected(), "/static/").url(name)
    with httpx.stream("GET", address, headers={"Accept-Encoding": encoding}) as answer:
        # What is only a few lines long gains nothing by being compressed and is sent as it is.
        assert answer.headers.get("Content-Encoding", "identity") in (encoding, "identity")
        return b"".join(answer.iter_raw())
