"""The types of a task as sent to the stage, declared once: `task_json` builds these values, and the OpenAPI document is
made of the same types (`moderation.api.typed_schema`). Names are the API's.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from moderation.api.examples import V4
from moderation.api.typed_schema import Also
from moderation.contract.values import RiskLevel

Count = Annotated[int, Also(minimum=0)]
Id = Annotated[int, Also(minimum=1)]
When = Annotated[str, Also(format="date-time")]
Score = Annotated[int, Also(minimum=0, maximum=1000)]
Probability = Annotated[float, Also(minimum=0, maximum=1)]
Polygon = Annotated[list[float], Also(minItems=8, maxItems=8)]
Location = Annotated[list[float], Also(minItems=4, maxItems=4)]


class Path(TypedDict):
    riskLabel1: str
    riskLabel2: str
    riskLabel3: str


class LabelJson(Path):
    name: str  # of its last level
    levels: list[str]  # the name of each level
    severity: str | None
    riskLevel: RiskLevel | None
    probability: Probability | None
    evidence: list[str]


class EvidenceJson(TypedDict):
    id: str
    kind: Literal["face", "object", "person", "qr", "text"]
    name: str
    probability: Probability | None
    location: Location | None  # in pixels of the upright picture
    clamped: NotRequired[bool]
    qrContent: NotRequired[str]
    polygon: NotRequired[Polygon]  # the corners of what is turned, clockwise
    locatedBy: NotRequired[Literal["us"]]  # the machine gave no place: we found it


class SpanJson(TypedDict):
    start: Count  # in code points, as is `end`, which is exclusive
    end: Count
    kind: Literal["risk", "list"]
    word: str
    list: NotRequired[str]
    evidence: NotRequired[list[str]]  # its boxes


class UnresolvedJson(TypedDict):
    kind: Literal["risk", "list"]
    word: str
    list: NotRequired[str]
    evidence: NotRequired[list[str]]


class TextJson(TypedDict):
    text: str
    spans: list[SpanJson]
    unresolved: list[UnresolvedJson]
    locating: NotRequired[bool]  # places of marked words on the picture may come soon
    length: NotRequired[Count]  # characters, where `text` is only the beginning
    matches: NotRequired[Count]  # words, where only the first are told


class FrameJson(TypedDict):
    number: Count
    url: str
    previewUrl: str


class ImageJson(TypedDict):
    url: str | None
    previewUrl: str | None
    blurredUrl: str | None
    width: Count | None
    height: Count | None
    frames: Count | None
    state: Literal["ready", "pending", "unavailable"]
    why: NotRequired[str]
    incomplete: NotRequired[bool]  # a part of the picture is missing
    nextTryAt: NotRequired[When]  # it is tried again by itself
    againUrl: NotRequired[str]  # where a person asks for another try at once
    thumbnailUrl: NotRequired[str | None]
    fullUrl: NotRequired[str]  # with every pixel, where `url` has fewer; to be fetched when it is zoomed
    frameUrls: NotRequired[list[FrameJson]]


class RejectedFor(TypedDict):
    riskLabel1: str
    name: str
    n: Count


class AccountRisk(TypedDict):
    group: str
    name: str
    said: str
    lastSeenMs: Count | None


class SubjectRecord(TypedDict):
    tokenId: str
    url: str | None
    decided: Count
    rejected: Count
    rejectedFor: list[RejectedFor]
    lastRejectedAt: When | None
    risks: list[AccountRisk]


class WaitingJson(TypedDict):
    """How many other cases of the subject wait, in all queues and in this one."""

    waiting: Count
    waitingHere: Count


class SubjectJson(SubjectRecord, WaitingJson):
    pass


class PriorityTerm(TypedDict):
    term: str
    minutes: float
    why: str


class RuleJson(TypedDict):
    name: str
    position: Id
    version: Id


class BoundJson(TypedDict):
    """The number that a score reached, or is below, and the label that it is given for: the label itself, a level above
    or `*`.
    """

    label: str
    which: Literal["review", "reject"]
    number: Score


class LinkJson(TypedDict):
    """What one label counted as; `label` is empty where it is about the whole result."""

    label: str
    score: Score | None
    riskLevel: RiskLevel
    threshold: BoundJson | None
    section: str
    by: Literal["threshold", "machine", "otherwise", "intermediate", "confirm", "call", "not-asked"]
    why: str


class RouteJson(TypedDict):
    """How policy routed the result; `chain` begins with what decided, and is empty where no section fits."""

    policy: Count
    section: NotRequired[str]
    rule: NotRequired[RuleJson]
    chain: list[LinkJson]


class StreamJson(TypedDict):
    streamId: str
    frameTimes: list[Count]


class NoteJson(TypedDict):
    text: str
    by: str
    at: When | None


class EarlierVerdictJson(TypedDict):
    """The verdict of the round before; `reason` is its name in the queue, or empty."""

    verdict: Literal["PASS", "REJECT"]
    reason: str
    by: str
    at: When
    note: str


class OriginJson(TypedDict):
    """How the task came here when it was not by its place in the queue. `by` is empty when no person did it."""

    kind: Literal["escalated", "reopened", "assigned", "second-opinion"]
    by: str
    at: When
    note: NotRequired[str]
    earlier: NotRequired[EarlierVerdictJson]


class EarlierDecision(TypedDict):
    caseId: str
    url: str
    verdict: Literal["PASS", "REJECT"]
    by: str
    at: When | None


class ReasonJson(Path):
    code: str
    key: Annotated[int, Also(minimum=1, maximum=9)]
    name: str
    levels: list[str]  # the names of its label's levels; empty without a label


class GuidelineJson(TypedDict):
    version: str
    url: str
    title: str
    anchor: str


class FactValue(TypedDict):
    text: str
    url: NotRequired[str]  # the search for cases of which the same was said


class FactJson(TypedDict):
    name: str
    values: list[FactValue]


class Said(TypedDict):
    """A machine result, as every stage shows it. The totals are given where only the first of them are told."""

    resultLevels: list[str]  # the names of the levels of the result's own label
    labels: list[LabelJson]
    evidence: list[EvidenceJson]
    text: TextJson
    facts: list[FactJson]  # what else was said with the picture, in words
    evidenceTotal: NotRequired[Count]
    labelsTotal: NotRequired[Count]


class Came(TypedDict):
    origin: NotRequired[OriginJson]


class QueueBlur(TypedDict):
    queueBlur: NotRequired[Count]  # of people without a filter of their own, where the queue says so: 0 to 3


class ReviewTaskJson(Said, Came, QueueBlur):
    taskId: Id
    leaseToken: Annotated[str, Also(format="uuid")]
    leasedUntil: When
    queue: str
    queueName: str
    requestId: str
    caseId: str
    appId: str
    eventId: str
    dataId: str
    enteredAt: When
    dueAt: When | None  # null for a practice picture
    rankAt: When | None
    priority: list[PriorityTerm]
    why: str
    rule: RuleJson | None
    route: RouteJson
    decides: Id
    stream: StreamJson | None
    note: NoteJson | None
    machineRevision: Id
    image: ImageJson
    result: Annotated[Any, Also(V4)]
    subject: SubjectJson
    seenBefore: list[EarlierDecision]
    reasons: list[ReasonJson]
    guideline: GuidelineJson | None


class Task(ReviewTaskJson):
    """The API's `Task`: the task of a case, or a practice picture with the lesson it teaches."""

    lesson: NotRequired[dict[str, Any]]
