"""Find a typeface that can draw a text: bundled fonts, then the system's, then none.

A text is drawn completely or not at all: a box for a missing character would look like a bug of the product.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

logger = logging.getLogger(__name__)

_NO_CHARACTER = "\U0010fffe"  # a code point no font draws: what a font puts in its place is its "missing" box
_SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/Library/Fonts")


class Script(StrEnum):
    LATIN = "Latin"
    HAN = "Chinese"
    ARABIC = "Arabic"


# (package, path inside it); both are data-only wheels under the SIL Open Font License
_BUNDLED = {
    Script.LATIN: (("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),),
    Script.HAN: (("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),),
    Script.ARABIC: (("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),),
}
_SYSTEM_NAMES = {
    Script.LATIN: ("NotoSans-Regular", "DejaVuSans", "LiberationSans-Regular", "Arial"),
    Script.HAN: ("NotoSansSC-Regular", "NotoSansCJK-Regular", "wqy-microhei", "DroidSansFallbackFull", "PingFang"),
    Script.ARABIC: ("NotoSansArabic-Regular", "NotoNaskhArabic-Regular", "DejaVuSans"),
}


def script_of(text: str) -> Script:
    """The script that decides the typeface; digits and Latin letters go along with any other."""
    names = {unicodedata.name(character, "").split(" ")[0] for character in text}
    if "ARABIC" in names:
        return Script.ARABIC
    return Script.HAN if names & {"CJK", "FULLWIDTH", "IDEOGRAPHIC"} else Script.LATIN


def typeface(text: str, size: float, *, bold: bool = False) -> FreeTypeFont | None:
    """A face of `size` pixels that has every character of `text`; None when this machine has none."""
    script = script_of(text)
    if script is Script.ARABIC and not features.check("raqm"):
        return _none_for(script, "Pillow was built without raqm, which joins Arabic letters")
    for path in _paths(script):
        if all(_has(path, character) for character in text):
            return _opened(path, max(4, round(size)), bold)
    if script is Script.LATIN and isinstance(own := ImageFont.load_default(max(4, round(size))), FreeTypeFont):
        return own
    return _none_for(script, "no installed font has all its characters")


@cache
def _none_for(script: Script, why: str) -> None:
    logger.warning("%s text in the sample pictures is drawn as plain bars: %s", script, why)


@cache
def _paths(script: Script) -> tuple[Path, ...]:
    return (*_bundled(script), *_system(script))


def _bundled(script: Script) -> Iterator[Path]:
    for package, name in _BUNDLED[script]:
        if find_spec(package):
            path = Path(str(files(package) / name))
            if path.is_file():
                yield path


def _system(script: Script) -> Iterator[Path]:
    for name in _SYSTEM_NAMES[script]:
        if name in _system_fonts():
            yield _system_fonts()[name]


@cache
def _system_fonts() -> dict[str, Path]:
    folders = [Path(folder).expanduser() for folder in _SYSTEM_FOLDERS]
    found = sorted(path for folder in folders for path in folder.rglob("*.[to]t[fc]"))
    return {path.stem: path for path in found}


@cache
def _opened(path: Path, size: int, bold: bool) -> FreeTypeFont:
    face = ImageFont.truetype(str(path), size, index=2 if path.stem.startswith("NotoSansCJK") else 0)
    if "wght" in path.stem:
        face.set_variation_by_axes([700 if bold else 450, 100])
    return face


@cache
def _has(path: Path, character: str) -> bool:
    if character.isspace():
        return True
    face = _opened(path, 24, False)
    return bytes(face.getmask(character)) != bytes(face.getmask(_NO_CHARACTER))
