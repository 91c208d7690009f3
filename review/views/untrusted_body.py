"""Show an unreadable callback body to a person safely: whatever it contains, it is only text on our page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from moderation.contract import ContractError, json_text

LONGEST = 256 * 1024  # bytes of a body that a page holds, and that can be edited there
LONGEST_DUMP = 4 * 1024
_BYTES_A_LINE = 16
# Control characters, and those that change the text direction.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class ShownBody:
    """`text` is what to show, with `shown_bytes` of `size`; `draft` is the initial text of an edited copy."""

    text: str
    size: int
    shown_bytes: int
    draft: str | None

    @property
    def is_cut(self) -> bool:
        return self.shown_bytes < self.size


def shown_body(body: bytes) -> ShownBody:
    """JSON indented, other text as it is, anything else as a hexadecimal dump."""
    head = body[:LONGEST]
    is_cut = len(head) < len(body)
    if not is_cut and (indented := _indented(head)):
        return ShownBody(indented, len(body), len(body), indented)
    try:
        text = head.decode(errors="ignore" if is_cut else "strict")
    except UnicodeDecodeError:
        shown = body[:LONGEST_DUMP]
        return ShownBody(_dump(shown), len(body), len(shown), _typed(head.decode(errors="replace")))
    return ShownBody(shown_text(text), len(body), len(head), None if is_cut else _typed(text))


def shown_text(text: str) -> str:
    """With what cannot be seen, or turns the direction of other text, written out."""
    return _UNSEEN.sub(_escape, text)


def _indented(body: bytes) -> str:
    """Indented when it is JSON; "" when it is not, or is nested so deeply that it would be mostly spaces."""
    try:
        text = json_text.pretty(json_text.loads(body))
    except ContractError:
        return ""
    return shown_text(text) if len(text) <= 4 * LONGEST else ""


def _escape(unseen: re.Match[str]) -> str:
    """As a JSON escape, so that indented JSON keeps its meaning."""
    return f"\\u{ord(unseen[0]):04x}"


def _typed(text: str) -> str:
    """The text as a form can hold it."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _dump(body: bytes) -> str:
    lines = (body[start : start + _BYTES_A_LINE] for start in range(0, len(body), _BYTES_A_LINE))
    return "\n".join(
        f"{number * _BYTES_A_LINE:06x}  {line.hex(' '):<{3 * _BYTES_A_LINE}} {_printable(line)}"
        for number, line in enumerate(lines)
    )


def _printable(line: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in line)
