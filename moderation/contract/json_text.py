"""Parse and write JSON without losing a digit or the order of keys.

The standard library's C scanner reads; hooks leave a `_Flaw` in the tree where a value must be refused, and only then
does a second walk find its pointer. Single strings are checked only when the bytes contain a suspicious escape.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import simplejson

from moderation.contract.values import FieldError, MalformedJSON

MAX_DEPTH = 64
MAX_VALUES = 1_000_000  # a thousand for each item of the largest batch; any 64 MiB are read in 1.5 s (measured)
MAX_APART = 1000  # items whose flaws are reported separately: the largest batch
MAX_NUMBER_CHARACTERS = 100
_SHORT_NUMBER = 40  # characters; without an exponent it is within every limit
MAX_EXPONENT = 308  # of a double, so that no reader has to expand or overflow a number
MAX_ERRORS = 100

_BOM = b"\xef\xbb\xbf"
_ESCAPED_BACKSLASH = b"\\\\"
# In a text without escaped backslashes: NUL, or half of a surrogate pair. Whole pairs are how many senders write emoji.
_UNSTORABLE_ESCAPE = re.compile(
    rb"\\u(?:0000|[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"  # a first half without the second
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F]))"  # a second half without the first
)
_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=lambda value: _as_is(value))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)

Path = tuple[str | int, ...]


def loads(data: bytes) -> Any:
    """The value of a JSON text: dict, list, str, int, Decimal, bool or None; key order kept, numbers exact.

    Raises MalformedJSON with the place named; `errors` holds at most MAX_ERRORS of them.
    """
    value, is_suspicious = _read(data)
    if is_suspicious:
        _check_contents(value)
    return value


def loads_apart(data: bytes) -> Any:
    """As `loads`, but a flaw inside an item of a top-level array refuses that item alone: a MalformedJSON with pointers
    below the item stands in its place.
    """
    value, is_suspicious = _read(data)
    if is_suspicious and isinstance(value, list) and len(value) <= MAX_APART:
        return [_sound(item) for item in value]
    if is_suspicious:
        _check_contents(value)
    return value


def dumps(value: Any) -> str:
    """Compact JSON text of what `loads` returns (floats too, when finite): `loads(dumps(x).encode()) == x`."""
    try:
        text = _ENCODER.encode(value)
    except (OverflowError, UnicodeEncodeError):  # a whole number of more than 64 bits; half of a surrogate pair
        return _dumps_all(value)
    return _dumps_all(value) if b"null" in text else text.decode()  # it writes null for NaN, which is refused


def _as_is(value: Any) -> msgspec.Raw:
    """Text that is JSON already."""
    if isinstance(value, simplejson.RawJSON):
        return msgspec.Raw(value.encoded_json.encode())
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def _dumps_all(value: Any) -> str:
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def pretty(value: Any) -> str:
    """As `dumps`, indented for people, one member per line."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, allow_nan=False, indent=2)


def pointer(path: Path) -> str:
    """RFC 6901 pointer. Characters that cannot be stored or sent are shown as U+FFFD, long keys are cut."""
    return "".join(f"/{escaped(str(part))}" for part in path)


def escaped(part: str) -> str:
    """One reference token of an RFC 6901 pointer."""
    short = part if len(part) <= 100 else f"{part[:100]}…"
    return _UNSTORABLE.sub("\ufffd", short).replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Placeholder in the tree for a refused value, until the walk has found its pointer."""

    detail: str


def _read(data: bytes) -> tuple[Any, bool]:
    """The value, and whether it may contain something that must be refused."""
    _check_count(data)
    text = _decoded(data)
    flaws: dict[str, _Flaw] = {}
    value = _scanned(text, flaws)
    _check_depth(value, text)
    return value, bool(flaws or _has_unstorable_escape(data))


def _has_unstorable_escape(data: bytes) -> bool:
    return b"\\u" in data and _UNSTORABLE_ESCAPE.search(data.replace(_ESCAPED_BACKSLASH, b"..")) is not None


def _check_count(data: bytes) -> None:
    """Every value follows a bracket or a comma. Those inside strings are counted too, so that no string is parsed."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        detail = f"The body holds more than {MAX_VALUES:,} commas and opening brackets; send less at once."
        raise MalformedJSON(FieldError("", detail))


def _decoded(data: bytes) -> str:
    if data.startswith(_BOM):
        raise MalformedJSON(FieldError("", "The body starts with a byte order mark; send UTF-8 without one."))
    try:
        return data.decode()
    except UnicodeDecodeError as e:
        detail = f"Invalid UTF-8 at byte {e.start + 1} (byte value {data[e.start]:#04x}); send the body as UTF-8."
        raise MalformedJSON(FieldError("", detail)) from None


def _scanned(text: str, flaws: dict[str, _Flaw]) -> Any:
    try:
        return _decoder(flaws).decode(text)
    except json.JSONDecodeError as e:
        detail = f"Not valid JSON at {_place(text, e.pos)}: {_sentence(e.msg)}"
        raise MalformedJSON(FieldError("", detail)) from None
    except RecursionError:
        _refuse_depth(text)
        raise  # shallow text: it is the caller's own stack that is exhausted


def _sentence(message: str) -> str:
    return f"{message[:1].lower()}{message[1:].removesuffix(' at')}."


def _decoder(flaws: dict[str, _Flaw]) -> json.JSONDecoder:
    def flaw(detail: str) -> _Flaw:
        if detail not in flaws:
            flaws[detail] = _Flaw(detail)
        return flaws[detail]

    def whole(text: str) -> int | _Flaw:
        return int(text) if len(text) <= MAX_NUMBER_CHARACTERS else flaw(_TOO_LONG)

    def fraction(text: str) -> Decimal | _Flaw:
        if len(text) < _SHORT_NUMBER and "e" not in text and "E" not in text:  # the common case
            return Decimal(text)
        number = _decimal(text)
        return number if isinstance(number, Decimal) else flaw(number)

    def constant(text: str) -> _Flaw:
        return flaw(f"{text} is not JSON; send a finite number or null.")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            found |= {key: flaw("The key is given more than once; send it once.") for key in _repeated(pairs)}
        return found

    return json.JSONDecoder(object_pairs_hook=members, parse_float=fraction, parse_int=whole, parse_constant=constant)


_TOO_LONG = f"The number is longer than {MAX_NUMBER_CHARACTERS} characters; send a shorter one."
_TOO_WIDE = f"The number's exponent is beyond ±{MAX_EXPONENT}; send a number of that range."


def _decimal(text: str) -> Decimal | str:
    """The exact number, or the text of what is wrong with it."""
    if len(text) > MAX_NUMBER_CHARACTERS:
        return _TOO_LONG
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond the range of Decimal
        return _TOO_WIDE
    if abs(number.adjusted()) > MAX_EXPONENT:
        return _TOO_WIDE
    if len(text) > MAX_NUMBER_CHARACTERS - 10 and len(str(number)) > MAX_NUMBER_CHARACTERS:
        return _TOO_LONG  # as it would be written: 12E5 becomes 1.2E+6
    return number


def _repeated(pairs: list[tuple[str, Any]]) -> list[str]:
    return [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]


def _check_depth(value: Any, text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node if type(node) is list else ())
            if type(child) is dict or type(child) is list
        ]
    if level:
        _refuse_depth(text)


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > MAX_DEPTH:
            detail = f"Nested deeper than {MAX_DEPTH} levels at {_place(text, match.start())}; send a flatter body."
            raise MalformedJSON(FieldError("", detail))


def _sound(item: Any) -> Any:
    try:
        _check_contents(item)
    except MalformedJSON as flaw:
        return flaw
    return item


def _check_contents(value: Any) -> None:
    errors = [
        FieldError(place, detail) for (place, detail), _ in zip(_refused(value, ()), range(MAX_ERRORS), strict=False)
    ]
    if errors:
        raise MalformedJSON(*errors)


def _refused(value: Any, path: Path) -> Iterator[tuple[str, str]]:
    """(pointer, detail) of every value or key that must be refused. Only containers cost a generator of their own."""
    if not isinstance(value, dict | list):
        if detail := _flaw_of(value):
            yield pointer(path), detail
        return
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(key, str) and _UNSTORABLE.search(key):
            yield pointer((*path, key)), "The key holds a NUL character or a lone surrogate; send it without."
        if isinstance(child, dict | list):
            yield from _refused(child, (*path, key))
        elif detail := _flaw_of(child):
            yield pointer((*path, key)), detail


def _flaw_of(value: Any) -> str:
    """What is wrong with a value that is no container; "" for nothing."""
    if isinstance(value, _Flaw):
        return value.detail
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return "The text holds a NUL character or a lone surrogate; send it without."
    return ""


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line}, column {position - text.rfind(chr(10), 0, position)}"
