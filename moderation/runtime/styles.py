"""Style sheets as browsers get them: without comments, line breaks and spaces that mean nothing."""

from __future__ import annotations

import re

_COMMENT_OR_TEXT = re.compile(r"""/\*.*?\*/|("[^"]*"|'[^']*'|url\([^)"']*\))""", re.DOTALL)
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")
_AFTER_NAME = re.compile(r": (?=\S|$)")  # our selectors write no colon before a space


def minified(css: str) -> str:
    """The same rules. Spaces inside texts, and those that join selectors or values, stay."""
    parts, at = [], 0
    for found in _COMMENT_OR_TEXT.finditer(css):
        parts += [_tight(css[at : found.start()]), found[1] or ""]
        at = found.end()
    return "".join([*parts, _tight(css[at:])]).replace(";}", "}").strip()


def _tight(css: str) -> str:
    return _AFTER_NAME.sub(":", _AROUND.sub(r"\1", _SPACES.sub(" ", css)))
