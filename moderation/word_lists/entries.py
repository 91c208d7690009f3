"""Check the entries of a list, and make the key by which they are compared."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext

from moderation.models import WordList
from moderation.word_lists import patterns
from moderation.word_lists.folding import fold
from moderation.word_lists.refusals import WordListRefused

WORD_LIMIT = 100  # code points
PATTERN_LIMIT = 500
_KEY_LIMIT = 500  # folded; four bytes each still fit an index
WORDS_IN_A_LIST = 200_000
PATTERNS_IN_A_LIST = 1_000
ENTRIES_IN_ALL = 500_000


def key_of(text: str, *, kind: str) -> str:
    """The key of an entry: two entries of one list with the same key are the same. Raises WordListRefused."""
    if not text:
        raise WordListRefused(gettext("There is no word here."))
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise WordListRefused(gettext("A word cannot contain line breaks, tabs or other control characters."))
    if kind == WordList.Kind.PATTERN:
        _check_length(text, PATTERN_LIMIT)
        patterns.check(text)
        return text
    _check_length(text, WORD_LIMIT)
    key = fold(text)
    if not key.strip():
        raise WordListRefused(gettext("This word has no visible characters."))
    _check_length(key, _KEY_LIMIT)
    return key


def room_for(kind: str) -> int:
    return PATTERNS_IN_A_LIST if kind == WordList.Kind.PATTERN else WORDS_IN_A_LIST


def _check_length(text: str, limit: int) -> None:
    if len(text) > limit:
        raise WordListRefused(gettext("This is longer than %(n)d characters.") % {"n": limit})
