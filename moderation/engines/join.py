"""Join what several engines found in one picture, or one engine in its frames and tiles. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from moderation.contract.boxes import MOST_BOXES
from moderation.contract.evidence import NORMAL
from moderation.contract.geometry import Location
from moderation.contract.values import Box, Evidence, Label, LabelPath, RiskLevel
from moderation.engines.join_texts import Names, join_texts
from moderation.engines.protocol import Findings

SAME_SHARE = 0.5  # of the area that two boxes cover together: then they are boxes of one thing
BETWEEN_ENGINES = "+"
STRICTNESS = {None: -1, RiskLevel.PASS: 0, RiskLevel.REVIEW: 1, RiskLevel.REJECT: 2}


def join(parts: Sequence[Findings]) -> Findings:
    """Evidence of all of them; of each label the highest probability and the strictest level. Earlier ones go first."""
    return reduce(_joined, map(_with_sources, parts))


def in_frames(parts: Sequence[Findings]) -> Findings:
    """The same for one engine's findings of the frames of a picture: a type counts as checked if it was in each."""
    joined = join(parts)
    checked = frozenset.intersection(*(part.checked for part in parts))
    return replace(joined, engine=parts[0].engine, version=parts[0].version, checked=checked)


def strictest(levels: Iterator[RiskLevel | None]) -> RiskLevel | None:
    return max(levels, key=STRICTNESS.__getitem__, default=None)


def verdict_of(found: Findings) -> Label:
    """What the findings come to: the engine's own verdict, else the strictest and surest label, else PASS."""
    if found.verdict is not None:
        return found.verdict
    strongest = max(found.labels, key=weight, default=None)
    is_risk = strongest is not None and strongest.risk_level in (RiskLevel.REVIEW, RiskLevel.REJECT)
    return strongest if strongest is not None and is_risk else Label(LabelPath(NORMAL), RiskLevel.PASS)


def weight(label: Label) -> tuple[int, float]:
    return STRICTNESS[label.risk_level], label.probability or 0.0


def _with_sources(part: Findings) -> Findings:
    """With each finding's engine named, and the verdict: labels that an engine found harmless stay so beside others."""
    found = (*(str(label.path) for label in part.labels), *(box.id for box in part.evidence.boxes))
    sources = {one: part.sources.get(one, part.source) for one in found}
    return replace(part, sources=sources, verdict=verdict_of(part))


def _joined(one: Findings, other: Findings) -> Findings:
    boxes, names = _boxes(one.evidence.boxes, other.evidence.boxes)
    labels, won = _labels(one.labels, [_renamed(label, names) for label in other.labels])
    theirs = {names.get(key, key): source for key, source in other.sources.items()}
    return Findings(
        labels=labels,
        evidence=_evidence(one.evidence, other.evidence, boxes, names),
        checked=one.checked | other.checked,
        engine=BETWEEN_ENGINES.join(dict.fromkeys((*one.source.split(BETWEEN_ENGINES), other.source))),
        verdict=max(verdict_of(one), verdict_of(other), key=weight),
        sources={**theirs, **one.sources, **{key: theirs[key] for key in won}},
        failed=one.failed + other.failed,
        extras=_extras(one, other),
        took={name: one.took.get(name, 0) + other.took.get(name, 0) for name in (*one.took, *other.took)},
    )


def _labels(ours: Sequence[Label], theirs: Sequence[Label]) -> tuple[tuple[Label, ...], list[str]]:
    """Each label once, and the paths of those whose probability is theirs."""
    labels, won = {str(label.path): label for label in ours}, []
    for label in theirs:
        key = str(label.path)
        if key not in labels or (label.probability or 0) > (labels[key].probability or 0):
            won.append(key)
        labels[key] = _stronger(labels[key], label) if key in labels else label
    return tuple(labels.values()), won


def _stronger(one: Label, other: Label) -> Label:
    high, low = (one, other) if (one.probability or 0) >= (other.probability or 0) else (other, one)
    return replace(
        high,
        probability=low.probability if high.probability is None else high.probability,
        risk_level=strictest(iter((one.risk_level, other.risk_level))),
        risk_description=high.risk_description or low.risk_description,
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
    )


def _extras(one: Findings, other: Findings) -> dict[str, Any]:
    """Lists are joined. A customer's own verdict is of one engine's result: it stays where the other found nothing."""
    joined = {**other.extras, **one.extras}
    for name in joined.keys() & one.extras.keys() & other.extras.keys():
        if isinstance(one.extras[name], list) and isinstance(other.extras[name], list):
            joined[name] = one.extras[name] + other.extras[name]
    if not (_is_silent(one) or _is_silent(other)):
        joined.pop("disposal", None)
    return joined


def _is_silent(part: Findings) -> bool:
    passes = verdict_of(part).risk_level in (None, RiskLevel.PASS)
    return passes and not part.labels and "disposal" not in part.extras


def _evidence(one: Evidence, other: Evidence, boxes: tuple[Box, ...], names: Names) -> Evidence:
    kinds = [box.kind for box in boxes]
    return Evidence(
        boxes=boxes,
        text=join_texts(one.text, other.text, names),
        face_num=_most(one.face_num, other.face_num, kinds.count("face")),
        person_num=_most(one.person_num, other.person_num, kinds.count("person")),
        counts={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
    )


def _most(one: int | None, other: int | None, boxes: int) -> int | None:
    told = [number for number in (one, other) if number is not None]
    return max((*told, boxes)) if told else None


def _boxes(ours: Sequence[Box], theirs: Sequence[Box]) -> tuple[tuple[Box, ...], dict[str, str]]:
    """Each thing once. What lies where a box of ours of the same kind lies is the same thing."""
    boxes = {box.id: box for box in ours}
    names: dict[str, str] = {}
    for box in theirs:
        same = next((known for known in ours if _is_same(known, box)), None)
        if same is None and len(boxes) >= MOST_BOXES:
            continue
        names[box.id] = same.id if same else _free(box, boxes)
        boxes[names[box.id]] = _one_box(boxes[same.id], box) if same else replace(box, id=names[box.id])
    return tuple(boxes.values()), names


def _one_box(known: Box, other: Box) -> Box:
    both = [score for score in (known.probability, other.probability) if score is not None]
    return replace(known, probability=max(both, default=None), qr_content=known.qr_content or other.qr_content)


def _free(box: Box, boxes: Mapping[str, Box]) -> str:
    """An id that no other box has."""
    name, number = box.id or box.kind, len(boxes)
    while name in boxes:
        number += 1
        name = f"{box.kind}-{number}"
    return name


def _is_same(one: Box, other: Box) -> bool:
    if one.kind != other.kind or one.qr_content != other.qr_content:
        return False
    if one.location is None or other.location is None:
        return one.location is other.location and one.name == other.name
    return _overlap(one.location, other.location) >= SAME_SHARE


def _overlap(one: Location, other: Location) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def _area(location: Location) -> float:
    return (location[2] - location[0]) * (location[3] - location[1])


def _renamed(label: Label, names: Names) -> Label:
    return replace(label, evidence=tuple(names[one] for one in label.evidence if one in names))
