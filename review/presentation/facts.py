"""What else was said with a picture, beside its risk labels: in words, each with the search for cases like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext

from moderation.contract.search_terms import MOST_COUNTED
from moderation.contract.values import BusinessLabel, LabelPath, Request, Result, SubjectLabel
from moderation.policy import Taxonomy
from moderation.scores import score
from review.presentation.label_names import last_level_name
from review.presentation.task_schema import FactJson, FactValue

MOST_VALUES = 50  # of one fact
MOST_CHARACTERS = 1_000  # of one value


def facts_of(result: Result, request: Request | None, taxonomy: Taxonomy) -> list[FactJson]:
    """The facts that are known, always in this order."""
    found: list[tuple[str, Iterable[FactValue]]] = [
        (gettext("Business labels"), map(_business, result.business_labels)),
        (gettext("Faces counted"), _count("faces", result.evidence.faces)),
        (gettext("Persons counted"), _count("persons", result.evidence.persons)),
        (gettext("Confidence level"), _confidence(result, taxonomy)),
        (gettext("Customer's own label"), _disposal(result)),
        (gettext("Account"), map(_subject, result.subject_labels)),
        *_sent_with(result, request),
    ]
    facts: list[FactJson] = [{"name": name, "values": _first(values)} for name, values in found]
    return [fact for fact in facts if fact["values"]]


def _first(values: Iterable[FactValue]) -> list[FactValue]:
    return [value | {"text": value["text"][:MOST_CHARACTERS]} for value in islice(values, MOST_VALUES)]


def _business(label: BusinessLabel) -> FactValue:
    said = [f"{name} {text}" for name, text in label.facts]
    sure_of = [] if label.probability is None else [str(score(label.probability))]
    level = gettext("confidence level {n}")
    sure = [] if label.confidence_level is None else [level.format(n=label.confidence_level)]
    name = label.description or _path(label.path)
    return {"text": " · ".join([name, *sure_of, *sure, *said]), "url": _search("businessLabel", str(label.path))}


def _count(name: str, n: int) -> Sequence[FactValue]:
    return [{"text": str(n), "url": _search(name, str(min(n, MOST_COUNTED)))}] if n else []


def _confidence(result: Result, taxonomy: Taxonomy) -> Iterator[FactValue]:
    for label in result.labels:
        if label.confidence_level is not None:
            name = last_level_name(label.path, taxonomy)
            yield {
                "text": f"{name} {label.confidence_level}",
                "url": _search("confidenceLevel", str(label.confidence_level)),
            }


def _disposal(result: Result) -> Iterator[FactValue]:
    if found := result.disposal:
        said = [found.risk_level, _path(found.path), found.description]
        text = " · ".join(dict.fromkeys(filter(None, said)))
        if text:
            yield {"text": text, "url": _search("disposal", str(found.path))}


def _subject(label: SubjectLabel) -> FactValue:
    kind = gettext("profile") if label.kind == "profile" else gettext("history")
    seen = [] if label.last_seen_ms is None else [_day(label.last_seen_ms)]
    said = [
        kind,
        label.description or _path(label.path),
        *([label.path.risk_label3] if label.description else []),
        *seen,
    ]
    return {"text": " · ".join(filter(None, said)), "url": _search("subjectLabel", str(label.path))}


def _sent_with(result: Result, request: Request | None) -> Iterator[tuple[str, Iterable[FactValue]]]:
    """What the request told about who posted the picture, and where."""
    stream = request.stream.stream_id if request and request.stream else result.stream_id
    told = [("streamId", gettext("Stream"), stream)]
    if request:
        told = [
            ("nickname", gettext("Nickname"), request.nickname),
            ("deviceId", gettext("Device"), request.device_id),
            ("room", gettext("Room"), request.room),
            *told,
        ]
    for key, name, text in told:
        yield name, [{"text": text, "url": _search(key, text)}] if text else []


def _day(milliseconds: int) -> str:
    return date_format(datetime.fromtimestamp(milliseconds / 1000, UTC), "Y-m-d")


def _path(path: LabelPath) -> str:
    return " › ".join(filter(None, (path.risk_label1, path.risk_label2, path.risk_label3)))


def _search(name: str, value: str) -> str:
    return f"{reverse('review:cases')}?{urlencode({name: value})}"
