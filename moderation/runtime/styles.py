"""Style sheets as browsers get them: without comments, line breaks and spaces that mean nothing."""

from __future__ import annotations

import re

_TEXT = re.compile(r"""("[^"]*"|'[^']*'|url\([^)"']*\))""")
_COMMENT_OR_TEXT = re.compile(rf"/\*.*?\*/|{_TEXT.pattern}", re.DOTALL)
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")
_AFTER_NAME = re.compile(r": (?=\S|$)")  # our selectors write no colon before a space


def minified(css: str) -> str:
    """The same rules. Spaces inside texts, and those that join selectors or values, stay."""
    bare = _COMMENT_OR_TEXT.sub(lambda found: found[1] or " ", css)
    parts = _TEXT.split(bare)  # every second one is a text
    tight = [part if place % 2 else _tight(part) for place, part in enumerate(parts)]
    return "".join(tight).replace(";}", "}").strip()


def _tight(css: str) -> str:
    return _AFTER_NAME.sub(":", _AROUND.sub(r"\1", _SPACES.sub(" ", css)))
