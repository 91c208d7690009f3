"""What a case is found by beside its ids and labels: "name=value" in lower case, in one indexed column of the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from moderation.contract.values import Label, LabelPath, Request, Result

MOST_TERMS = 200
MOST_COUNTED = 20  # faces and persons; more are as many
LONGEST = 400  # characters


def terms_of(request: Request | None, result: Result) -> list[str]:
    """Sorted, each once."""
    found = (*_of_result(result), *(_of_request(request) if request else ()))
    return sorted(set(islice((term[:LONGEST] for term in found), MOST_TERMS)))


def term(name: str, value: str | int) -> str:
    """The term that a search for this value looks up."""
    return f"{name}={value}".casefold()[:LONGEST]


def counted(name: str, at_least: int) -> list[str]:
    """The terms of every count from this one on."""
    return [term(name, n) for n in range(min(at_least, MOST_COUNTED), MOST_COUNTED + 1)]


def _of_request(request: Request) -> Iterator[str]:
    stream = request.stream.stream_id if request.stream else ""
    said = {"nickname": request.nickname, "deviceId": request.device_id, "room": request.room, "streamId": stream}
    return (term(name, value) for name, value in said.items() if value)


def _of_result(result: Result) -> Iterator[str]:
    if result.stream_id:
        yield term("streamId", result.stream_id)
    for name, n in (("faces", result.evidence.faces), ("persons", result.evidence.persons)):
        if n:
            yield term(name, min(n, MOST_COUNTED))
    yield from (term("confidenceLevel", level) for level in _confidence(result.labels))
    if result.disposal:
        yield from _paths("disposal", (result.disposal.path,))
    yield from _paths("businessLabel", (label.path for label in result.business_labels))
    yield from _paths("subjectLabel", (label.path for label in result.subject_labels))


def _confidence(labels: Iterable[Label]) -> set[int]:
    return {label.confidence_level for label in labels if label.confidence_level is not None}


def _paths(name: str, paths: Iterable[LabelPath]) -> Iterator[str]:
    """Each path and the levels above it."""
    for path in dict.fromkeys(paths):
        levels = str(path).split("/")
        yield from (term(name, "/".join(levels[:n])) for n in range(1, len(levels) + 1) if levels[0])
