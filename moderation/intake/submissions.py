"""Prepare submissions before the transaction: the text to store, its hash, the source of the picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accounts.models import App
from moderation.contract import json_text
from moderation.contract.values import LabelPath, Request, Result, Submission
from moderation.gateway_facts import GatewayFacts
from moderation.intake import pictures
from moderation.intake.pictures import Source

Identity = tuple[int, str]
"""The app's row, and the `requestId` by which the API names a case: joined with the `btId` of an item of a batch. A
body may give both ids, or the joined one alone.
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One submission of an app. `raw` is the result as JSON text; an equal `raw_sha256` marks a repeat."""

    app: App
    submission: Submission
    source: Source
    raw: str
    raw_sha256: str

    @property
    def result(self) -> Result:
        return self.submission.result

    @property
    def request(self) -> Request | None:
        return self.submission.request

    @property
    def paths(self) -> list[LabelPath]:
        return [self.result.path, *(label.path for label in self.result.labels)]

    @property
    def identity(self) -> Identity:
        request_id, bt_id = self.result.request_id, self.result.bt_id
        return self.app.pk, f"{request_id}_{bt_id}" if bt_id else request_id


def arrived(submission: Submission, *, app: App) -> Arrival:
    """Prepare a submission. May store the picture's bytes, so call it before the transaction."""
    raw = json_text.dumps(submission.result.raw)
    sha256 = hashlib.sha256(raw.encode()).hexdigest()
    facts = submission.gateway or GatewayFacts()
    source = pictures.source_of(submission.request, seen=facts.picture, kept=facts.upload)
    return Arrival(app, submission, source, raw, sha256)


def waves(arrivals: Sequence[Arrival]) -> Iterator[list[int]]:
    """Split the indices of the arrivals into waves in which no case occurs twice: several results for one case in a
    batch are its revisions, in their order.
    """
    left: Iterable[int] = range(len(arrivals))
    while left:
        first: dict[Identity, int] = {}
        later = [place for place in left if first.setdefault(arrivals[place].identity, place) != place]
        yield list(first.values())
        left = later
