"""Read what Amazon Rekognition answers into findings. Anything that is not as documented refuses the whole answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from moderation.contract.boxes import MOST_BOXES
from moderation.contract.evidence import MOST_LABELS
from moderation.contract.fields import Fields, as_number
from moderation.contract.geometry import Location, Outline
from moderation.contract.text_lines import MOST_LINES
from moderation.contract.values import Box, Evidence, Label, RecognisedText, TextLine
from moderation.engines.outlines import outline_of
from moderation.engines.protocol import Findings, Frame
from moderation.engines.rekognition.labels import category_of, path_of

IN_PICTURE = 1002
MOST_LEVELS = 8  # of its taxonomy, which has three
MOST_LINE_CHARACTERS = 1_000


def moderation_labels(answer: Fields, _frame: Frame) -> Findings:
    """The most particular labels; each stands for the categories above it."""
    found = list(islice(answer.children("ModerationLabels"), MOST_LABELS))
    parents = {one.text("Name"): one.text("ParentName") for one in found}
    leaves = [one for one in found if one.text("Name") not in parents.values()]
    labels = tuple(_label(one, _names(one.text("Name"), parents)) for one in leaves if one.text("Name"))
    return Findings(labels=labels, version=answer.text("ModerationModelVersion", limit=20))


def faces(answer: Fields, frame: Frame) -> Findings:
    details = list(islice(answer.children("FaceDetails"), MOST_BOXES))
    boxes = tuple(
        Box(f"face-{place}", "face", "", _confidence(one), _rectangle(one.child("BoundingBox"), frame))
        for place, one in enumerate(details, start=1)
    )
    return Findings(evidence=Evidence(boxes=boxes, face_num=len(boxes)))


def text(answer: Fields, frame: Frame) -> Findings:
    """Its lines, one below the other; the words in them are the same text once more."""
    lines = (one for one in answer.children("TextDetections") if one.text("Type") == "LINE")
    found: list[TextLine] = []
    at = 0
    for one in islice(lines, MOST_LINES):
        told = one.text("DetectedText", limit=MOST_LINE_CHARACTERS)
        outline = _outline(one, frame)
        if told and outline:
            found.append(TextLine(at, at + len(told), told, outline))
            at += len(told) + 1
    whole = "\n".join(line.text for line in found)
    return Findings(evidence=Evidence(text=RecognisedText(whole, lines=tuple(found))))


READERS: Mapping[str, Callable[[Fields, Frame], Findings]] = {
    "DetectModerationLabels": moderation_labels,
    "DetectFaces": faces,
    "DetectText": text,
}


def _names(name: str, parents: Mapping[str, str]) -> list[str]:
    """From the top category down to that label. A circle of parents ends somewhere."""
    names = [name]
    while (parent := parents.get(names[0], "")) and len(names) < MOST_LEVELS:
        names.insert(0, parent)
    return names


def _label(one: Fields, names: Sequence[str]) -> Label:
    probability = _confidence(one)
    return Label(
        path=path_of(names),
        risk_level=category_of(names).level(probability or 0.0),
        risk_description=": ".join(names),
        probability=probability,
        risk_source=IN_PICTURE,
    )


def _confidence(one: Fields) -> float | None:
    number = as_number(one.values.get("Confidence"))
    if number is None or not 0 <= number <= 100:
        one.refuse("Confidence", "Send a number from 0 to 100.")
        return None
    return float(number) / 100


def _rectangle(box: Fields, frame: Frame) -> Location | None:
    """From shares of the frame to pixels of the picture."""
    left, top, width, height = (_share(box, name) for name in ("Left", "Top", "Width", "Height"))
    x1, y1 = frame.left + left * frame.width, frame.top + top * frame.height
    x2, y2 = x1 + width * frame.width, y1 + height * frame.height
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def _share(box: Fields, name: str) -> float:
    """A little outside the frame is documented for objects at its edge."""
    number = as_number(box.values.get(name))
    if number is None or not -1 <= number <= 2:
        box.refuse(name, "Send a share of the picture.")
        return 0.0
    return float(number)


def _outline(line: Fields, frame: Frame) -> Outline | None:
    geometry = line.child("Geometry")
    location = _rectangle(geometry.child("BoundingBox"), frame)
    if location is None:
        return None
    corners = tuple(_corners(geometry, frame))
    probability = _confidence(line)
    return outline_of(corners, probability) if len(corners) == 8 else Outline(location, None, probability)


def _corners(geometry: Fields, frame: Frame) -> Iterator[float]:
    for point in islice(geometry.children("Polygon"), 5):
        yield frame.left + _share(point, "X") * frame.width
        yield frame.top + _share(point, "Y") * frame.height
