"""Note wrong types in fields that a result is not judged by: they refuse nothing, and administrators are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moderation.contract.fields import NOTHING, Fields, as_number, json_type

_MAX_CONFIDENCE_LEVEL = 2
_MAX_13_DIGITS = 10**13 - 1
_PROFILES = ("tokenProfileLabels", "tokenRiskLabels")
_SHOWN_CHARACTERS = 60


def note_oddities(result: Fields) -> None:
    """Add the notes of account labels, levels and the disposal."""
    for name in _PROFILES:
        _note_profile(result, name)
    for array in ("allLabels", "businessLabels"):
        for label in _objects(result.values.get(array)):
            _note_level(result, array, label)
    disposal = result.values.get("disposal")
    if isinstance(disposal, dict):
        for name in ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3"):
            _note_text(result, "disposal", name, disposal.get(name))


def _note_profile(result: Fields, name: str) -> None:
    value = result.values.get(name)
    if value in NOTHING:
        return
    if not isinstance(value, list):
        result.note(f"{name} is {json_type(value)}, not an array; it is not shown")
        return
    for entry in value:
        if not isinstance(entry, dict):
            if entry not in NOTHING:
                result.note(f"an entry of {name} is {json_type(entry)}, not an object; it is not shown")
            continue
        for field in ("label1", "label2", "label3", "description"):
            _note_text(result, name, field, entry.get(field))
        _note_time(result, name, entry.get("timestamp"))


def _note_level(result: Fields, array: str, label: dict[str, Any]) -> None:
    level = label.get("confidenceLevel")
    if level not in NOTHING and as_number(level) not in range(_MAX_CONFIDENCE_LEVEL + 1):
        result.note(f"a confidenceLevel in {array} is not 0, 1 or 2")


def _note_text(result: Fields, where: str, name: str, value: Any) -> None:
    if value not in NOTHING and not isinstance(value, str):
        result.note(f"{where}: {name} is {json_type(value)}, not a string")


def _note_time(result: Fields, where: str, value: Any) -> None:
    number = as_number(value)
    if value not in NOTHING and (number is None or not 0 <= number <= _MAX_13_DIGITS):
        result.note(f"{where}: a timestamp is not a time in milliseconds")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def shown(name: str) -> str:
    """A key as sent, cut for a note."""
    return name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
