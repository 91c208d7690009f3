"""Join the texts that several engines read in one picture, or one engine in its frames and tiles. Pure.

Word lists are searched later, in the joined text. So a text that reads almost like the first is kept where it differs:
a listed word may be read right by one engine, or stand in one frame, alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moderation.contract.values import RecognisedText, Span, TextLine

BETWEEN = "\n"
MOST_CHARACTERS = 100_000
MOST_LINES = 1_000

Names = Mapping[str, str]
"""What the boxes of the joined findings are called now, by the id that they had."""


def join_texts(one: RecognisedText, other: RecognisedText, names: Names) -> RecognisedText:
    """Both texts, one below the other; of one that marks no words only what the first has not."""
    if not (other.spans or other.unresolved):
        if _is_placed_better(other, one):
            return _moved(other, 0, names)
        other = _news(other, _folded(one.text), {_folded(line) for line in one.text.split(BETWEEN)})
    if not other.text and not other.unresolved:
        return one
    if not one.text and not one.unresolved:
        return _moved(other, 0, names)
    below = _moved(other, len(one.text) + len(BETWEEN), names)
    if len(one.text) + len(BETWEEN) + len(other.text) > MOST_CHARACTERS:
        return one
    return RecognisedText(
        text=one.text + BETWEEN + below.text,
        spans=one.spans + below.spans,
        unresolved=one.unresolved + below.unresolved,
        matches=one.matches + below.matches,
        lines=(one.lines + below.lines)[:MOST_LINES],
    )


def _is_placed_better(other: RecognisedText, one: RecognisedText) -> bool:
    is_bare = not (one.lines or one.spans or one.unresolved)
    return is_bare and bool(other.lines) and _folded(other.text) == _folded(one.text)


def _news(text: RecognisedText, whole: str, known: set[str]) -> RecognisedText:
    """From the first line that is not known to the last, and a line on both sides: a listed word may go over the end of
    a line. Known lines in another order are new.
    """
    if f" {_folded(text.text)} " in f" {whole} ":  # "vip" is no word of "viper"
        return RecognisedText()
    lines = text.text.split(BETWEEN)
    new = [place for place, line in enumerate(lines) if _folded(line) not in known] or [0, len(lines) - 1]
    first, last = max(0, new[0] - 1), new[-1] + 2
    start = sum(len(line) + len(BETWEEN) for line in lines[:first])
    kept = BETWEEN.join(lines[first:last])
    inside = [line for line in text.lines if start <= line.start and line.end <= start + len(kept)]
    return RecognisedText(kept, lines=tuple(_moved_line(line, -start) for line in inside))


def _folded(text: str) -> str:
    """As word lists compare it, or nearer to how it was read."""
    return " ".join(text.split()).casefold()


def _moved(text: RecognisedText, by: int, names: Names) -> RecognisedText:
    return replace(
        text,
        spans=tuple(_moved_span(span, by, names) for span in text.spans),
        lines=tuple(_moved_line(line, by) for line in text.lines),
    )


def _moved_span(span: Span, by: int, names: Names) -> Span:
    evidence = tuple(names[one] for one in span.evidence if one in names)
    return replace(span, start=span.start + by, end=span.end + by, evidence=evidence)


def _moved_line(line: TextLine, by: int) -> TextLine:
    return replace(line, start=line.start + by, end=line.end + by)
