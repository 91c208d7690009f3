"""Decide whether a match is a whole word, for lists of whole words.

Scripts that put spaces between words (Latin, Cyrillic, Arabic, Hebrew, Devanagari, Hangul …) have word boundaries:
"ass" is no word of "class". Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan have none. So a match is no whole
word only where its last (or first) character and the neighbour are both letters, digits or underscores of scripts with
spaces. "vip" is a word in "加vip微信", and "微信" is one in "加微信吧".
"""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = re.compile(
    "["
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3041-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana and bopomofo
    "\u0e00-\u0fff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    "\u1950-\u19df\u1a20-\u1aaf\ua980-\ua9df\ua000-\ua4cf"  # Tai, Javanese, Yi
    "]"
)
_REMEMBERED_AT_MOST = 50_000
_ACCENT = 10  # combining classes from here on are accents and vowel points, which do not make another letter


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` of `text` has a word boundary on both sides."""
    if start > 0 and _JOINS[text[start - 1]] and _JOINS[text[start]]:
        return False
    after = _past_accents(text, end)
    return not (after < len(text) and _JOINS[text[end - 1]] and _JOINS[text[after]])


def _past_accents(text: str, at: int) -> int:
    while at < len(text) and not text[at].isascii() and unicodedata.combining(text[at]) >= _ACCENT:
        at += 1
    return at


class _Joins(dict[str, bool]):
    """Whether a character joins its neighbour in one word, cached."""

    def __missing__(self, sign: str) -> bool:
        if len(self) >= _REMEMBERED_AT_MOST:
            self.clear()
        self[sign] = joins = _joins(sign)
        return joins


def _joins(sign: str) -> bool:
    return (sign == "_" or unicodedata.category(sign)[0] in "LNM") and not _UNSPACED.match(sign)


_JOINS = _Joins()
