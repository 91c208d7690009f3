"""Read what a result says besides its risk labels: business labels, labels of the account, the customer's own disposal.

Nothing here is refused: what cannot be read is left out, since no verdict stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from moderation.contract.fields import MAX_INT32, Fields, as_number
from moderation.contract.values import BusinessLabel, Disposal, LabelPath, SubjectLabel, SubjectLabelKind

MOST_BUSINESS_LABELS = 500
MOST_SUBJECT_LABELS = 200
MAX_STREAM_ID_CHARACTERS = 64
_CHARACTERS = 128  # of one level
_MAX_13_DIGITS = 10**13 - 1
# What `businessDetail` says of a picture in numbers and names, beside its boxes.
_FACTS = ("face_num", "person_num", "face_compare_num", "face_ratio", "person_ratio", "name", "probability")
_SPELLINGS = {"person_ratio": "person_ration"}


def business_labels_of(result: Fields) -> Iterator[Fields]:
    """The first business labels; the older service sends one alone, without an array."""
    key, sent = result.sent("businessLabels")
    if isinstance(sent, dict):
        return iter((result.inside(key, sent),))
    return islice(result.children("businessLabels"), MOST_BUSINESS_LABELS)


def read_business_label(label: Fields, detail: Fields, evidence: tuple[str, ...]) -> BusinessLabel:
    return BusinessLabel(
        path=_path(label, "businessLabel"),
        description=_text(label, "businessDescription"),
        probability=_number(label.values.get("probability"), most=1),
        confidence_level=count(label, "confidenceLevel"),
        facts=tuple((name, text) for name in _FACTS if (text := _fact(detail, name))),
        evidence=evidence,
    )


def read_subject_labels(result: Fields) -> tuple[SubjectLabel, ...]:
    """`tokenProfileLabels` and `tokenRiskLabels`."""
    sent = result.values.get
    profile, risk = (
        _subject_labels("profile", sent("tokenProfileLabels")),
        _subject_labels("risk", sent("tokenRiskLabels")),
    )
    return (*islice(profile, MOST_SUBJECT_LABELS), *islice(risk, MOST_SUBJECT_LABELS))


def _subject_labels(kind: SubjectLabelKind, sent: Any) -> Iterator[SubjectLabel]:
    for item in islice(sent, 10 * MOST_SUBJECT_LABELS) if isinstance(sent, list) else ():
        if isinstance(item, dict) and item:
            label = Fields(item)
            seen = _number(item.get("timestamp"), most=_MAX_13_DIGITS)
            yield SubjectLabel(kind, _path(label, "label"), _text(label, "description"), int(seen) if seen else None)


def read_disposal(result: Fields) -> Disposal | None:
    """The verdict in the customer's own labels; None when there is none."""
    sent = result.values.get("disposal")
    if not isinstance(sent, dict) or not sent:
        return None
    disposal = Fields(sent)
    return Disposal(_text(disposal, "riskLevel"), _path(disposal, "riskLabel"), _text(disposal, "riskDescription"))


def read_stream_id(aux: Fields) -> str:
    """Of which stream the picture is a frame, as `auxInfo` says it."""
    return _text(aux, "streamId")[:MAX_STREAM_ID_CHARACTERS]


def count(fields: Fields, name: str) -> int | None:
    """A whole number that counts something."""
    number = _number(fields.sent(name)[1], most=MAX_INT32)
    return int(number) if number is not None and number == int(number) else None


def _fact(detail: Fields, name: str) -> str:
    value = detail.values.get(name, detail.values.get(_SPELLINGS.get(name, "")))
    number = _number(value, most=MAX_INT32)
    if number is not None:
        return f"{number:.4g}" if number % 1 else str(int(number))
    return value[:_CHARACTERS] if isinstance(value, str) else ""


def _path(label: Fields, start: str) -> LabelPath:
    one, two, three = (_text(label, f"{start}{n}")[:_CHARACTERS] for n in (1, 2, 3))
    return LabelPath(one, two, three)


def _number(value: Any, *, most: int) -> float | None:
    number = as_number(value)
    return float(number) if number is not None and 0 <= number <= most else None


def _text(fields: Fields, name: str) -> str:
    value = fields.sent(name)[1]
    return value if isinstance(value, str) else ""
