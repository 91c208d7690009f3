"""Read the sections of a policy's body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import TypeVar, cast, get_args

from moderation.policy.body_parts import MAX_NAME_CHARACTERS, Part
from moderation.policy.condition_bodies import LANGUAGES, MAX_PATTERN_CHARACTERS, MAX_USER_LEVEL, some, type_part
from moderation.policy.errors import gettext_noop as _
from moderation.policy.sections import (
    ANY_LABEL,
    AfterReject,
    Intermediate,
    Otherwise,
    Scope,
    Section,
    Threshold,
    label_key,
)
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY

MAX_SECTIONS = 100
MAX_THRESHOLDS = 5_000  # of a section; the product advertises 1,148 labels
MAX_SCORE = 1_000
_FIELDS = ("name", "scope", "thresholds", "otherwise", "afterReject", "intermediate")

Choice = TypeVar("Choice", bound=str)


def read_sections(part: Part) -> tuple[Section, ...]:
    parts = list(part.items(at_most=MAX_SECTIONS))
    sections, scopes = [], {}
    for index, one in enumerate(parts):
        section, is_sound = _section(one)
        sections.append(section)
        if is_sound:
            scopes[index] = section.scope
    _check_names(sections, part)
    _check_scopes(scopes, sections, part)
    return tuple(sections)


def _section(part: Part) -> tuple[Section, bool]:
    """The section, and whether its scope could be read."""
    parts = part.children(_FIELDS)
    if "name" not in parts and part.is_object:
        part.refuse(_("Give the section a name."))
    before = len(part.mistakes)
    scope = read_scope(parts["scope"]) if "scope" in parts else Scope()
    is_sound = part.is_object and len(part.mistakes) == before
    return Section(
        name=parts["name"].text(at_most=MAX_NAME_CHARACTERS) if "name" in parts else "",
        scope=scope,
        thresholds=MappingProxyType(_thresholds(parts["thresholds"]) if "thresholds" in parts else {}),
        otherwise=_flag(parts, "otherwise", cast(tuple[Otherwise, ...], get_args(Otherwise))),
        after_reject=_flag(parts, "afterReject", cast(tuple[AfterReject, ...], get_args(AfterReject))),
        intermediate=_flag(parts, "intermediate", cast(tuple[Intermediate, ...], get_args(Intermediate))),
    ), is_sound


def _flag(parts: Mapping[str, Part], name: str, choices: tuple[Choice, ...]) -> Choice:
    """One of the choices; the first when it is not given, or refused."""
    given = parts[name].choice(choices) if name in parts else ""
    return next((choice for choice in choices if choice == given), choices[0])


def read_scope(part: Part) -> Scope:
    parts = part.children(("app", "event", "type", "lang", "level"))
    return Scope(
        app=parts["app"].text() if "app" in parts else "",
        event=parts["event"].text() if "event" in parts else "",
        type=type_part(parts["type"]) if "type" in parts else "",
        lang=parts["lang"].choice(LANGUAGES) if "lang" in parts else "",
        level=_levels(parts["level"]) if "level" in parts else (),
    )


def _levels(part: Part) -> tuple[int, ...]:
    numbers = [item.number(0, MAX_USER_LEVEL, whole=True) for item in some(part)]
    return tuple(sorted({int(number) for number in numbers if number is not None}))


def _thresholds(part: Part) -> dict[str, Threshold]:
    found: dict[str, Threshold] = {}
    written: dict[str, str] = {}
    for name, one in part.members(at_most=MAX_THRESHOLDS).items():
        key, threshold = _key(name, one), _threshold(one)
        if key in found:
            one.refuse(_("Is the same label as %(other)s; give it once."), other=written[key])
        elif key:
            found[key], written[key] = threshold, name
    return found


def _key(name: str, part: Part) -> str:
    """The label's key; "" after a mistake."""
    text = Part(name, part.pointer, part.mistakes).text(at_most=MAX_PATTERN_CHARACTERS)
    levels = [level.strip() for level in text.split("/")]
    if not text or text == ANY_LABEL:
        return text
    if len(levels) > 3 or "" in levels or any(ANY_LABEL in level for level in levels):
        part.refuse(_("Name a label by 1 to 3 levels joined by “/”, or write “*” alone for every other label."))
        return ""
    return label_key(levels, BUILT_IN_TAXONOMY)


def _threshold(part: Part) -> Threshold:
    parts = part.children(("review", "reject"))
    review, reject = (_score(parts[name]) if name in parts else None for name in ("review", "reject"))
    if review is not None and reject is not None and review > reject:
        part.refuse(_("Reviews from %(review)s but rejects from %(reject)s already."), review=review, reject=reject)
    return Threshold(review, reject)


def _score(part: Part) -> int | None:
    number = part.number(0, MAX_SCORE, whole=True)
    return None if number is None else int(number)


def _check_names(sections: Sequence[Section], whole: Part) -> None:
    times = Counter(section.name.casefold() for section in sections if section.name)
    for index, section in enumerate(sections):
        if times[section.name.casefold()] > 1:
            whole.refuse_at(f"{index}/name", _("Another section has this name too; give each its own."))


def _check_scopes(scopes: Mapping[int, Scope], sections: Sequence[Section], whole: Part) -> None:
    """Of two equally specific sections that fit one result, none would come first."""
    for (earlier, one), (later, other) in combinations(scopes.items(), 2):
        if one.specificity == other.specificity and one.overlaps(other):
            text = _("Is as specific as section “%(name)s”, and a result can fit both; name one more field in one.")
            whole.refuse_at(f"{later}/scope", text, name=sections[earlier].name or earlier)
