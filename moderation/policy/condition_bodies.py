"""Read each condition from a policy's body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from moderation.contract.fields import MAX_INT32
from moderation.contract.values import RiskLevel
from moderation.policy.body_parts import Part
from moderation.policy.conditions import ANYTHING, Condition, Range, without_open_end
from moderation.policy.errors import gettext_noop as _

LANGUAGES = ("en", "ar", "zh", "auto")
MAX_USER_LEVEL = 4
MAX_CONFIDENCE_LEVEL = 2
MAX_PATTERN_CHARACTERS = 400

Texts = tuple[str, ...]


def read_condition(key: str, part: Part) -> Condition:
    return Condition(key, CONDITIONS[key](part))


def read_patterns(part: Part, *, most: int) -> Texts:
    """Patterns of at most that many levels, case-folded."""
    return _kept(_pattern(item, most) for item in some(part))


def _pattern(item: Part, most: int) -> str:
    found = [level.strip() for level in item.text(at_most=MAX_PATTERN_CHARACTERS).casefold().split("/")]
    if found == [""]:
        return ""  # text() has recorded the mistake
    if len(found) > most or any(ANYTHING in level and level != ANYTHING for level in found):
        item.refuse(_("Give 1 to %(most)s levels joined by “/”; “*” stands for a whole level."), most=most)
    elif "" in found:
        item.refuse(_("A level is empty; write “*” where it may be anything."))
    elif set(found) == {ANYTHING}:
        item.refuse(_("Matches everything; name a level, or leave the condition out."))
    return without_open_end("/".join(found))


def _texts(part: Part, *, in_case: Callable[[str], str] = str) -> Texts:
    return _kept(in_case(item.text()) for item in some(part))


def _type_parts(part: Part) -> Texts:
    return _kept(type_part(item) for item in some(part))


def type_part(item: Part) -> str:
    text = item.text().upper()
    if "_" in text:
        item.refuse(_("Give one part of a type at a time, without “_”."))
    return text


def _choices(part: Part, *, choices: tuple[object, ...]) -> Texts:
    return _kept(item.choice(choices) for item in some(part))


def _range(part: Part, *, high: float = MAX_INT32, whole: bool = True) -> Range:
    parts = part.children(("atLeast", "atMost"))
    ends = [one.number(0, high, whole=whole) if (one := parts.get(name)) else None for name in ("atLeast", "atMost")]
    at_least, at_most = ends
    if part.value == {}:
        part.refuse(_("Give atLeast, atMost or both."))
    elif at_least is not None and at_most is not None and at_least > at_most:
        part.refuse(_("The range is empty: at least %(least)s but at most %(most)s."), least=at_least, most=at_most)
    return Range(at_least, at_most)


def some(part: Part) -> Iterable[Part]:
    if part.value == []:
        part.refuse(_("Is empty; name something, or leave the condition out."))
    return part.items()


def _kept(texts: Iterable[str]) -> Texts:
    """Each once, in the order given."""
    return tuple(dict.fromkeys(text for text in texts if text))


_zero_or_one = partial(_choices, choices=(0, 1))

# In the order in which a rule is serialized and shown.
CONDITIONS: Mapping[str, Callable[[Part], Texts | Range]] = {
    "label": partial(read_patterns, most=3),
    "probability": partial(_range, high=1, whole=False),
    "confidenceLevel": partial(_range, high=MAX_CONFIDENCE_LEVEL),
    "riskLevel": partial(_choices, choices=tuple(map(str, RiskLevel))),
    "finalResult": _zero_or_one,
    "resultType": _zero_or_one,
    "app": _texts,
    "event": _texts,
    "type": _type_parts,
    "lang": partial(_choices, choices=LANGUAGES),
    "level": partial(_range, high=MAX_USER_LEVEL),
    "subjectRisk": partial(read_patterns, most=2),
    "decided": _range,
    "rejected": _range,
    "faces": _range,
    "persons": _range,
    "objects": _range,
    "qrCodes": _range,
    "textLength": _range,
    "words": partial(_texts, in_case=str.casefold),
    "businessLabel": partial(read_patterns, most=3),
    "disposal": partial(read_patterns, most=3),
    "subjectLabel": partial(read_patterns, most=3),
    "nickname": _texts,
    "deviceId": _texts,
    "room": _texts,
    "streamId": _texts,
}
