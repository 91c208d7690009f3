"""The contract's data as frozen values. Pure: no Django, no clock, no sockets.

Attribute names are the contract's field names in Python's spelling (`riskLabel1` → `risk_label1`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from moderation.contract.geometry import Corners, Location, Outline
from moderation.contract.narrowing import Narrowing


class RiskLevel(StrEnum):
    PASS = "PASS"  # noqa: S105 - a verdict, not a secret
    REVIEW = "REVIEW"
    REJECT = "REJECT"


class Shape(StrEnum):
    """The body a result arrived in (told apart by its form, never by a declared type)."""

    IMAGE_V4 = "image_v4"
    IMAGE_V2 = "image_v2"
    DECISION_LABELS = "decision_labels"
    HUMAN_COMBINED = "human_combined"
    HUMAN_PLAIN = "human_plain"


EvidenceKind = Literal["face", "object", "person", "qr", "text"]
SpanKind = Literal["risk", "list"]
SubjectLabelKind = Literal["profile", "risk"]


@dataclass(frozen=True, slots=True)
class LabelPath:
    risk_label1: str
    risk_label2: str = ""
    risk_label3: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.risk_label1, self.risk_label2, self.risk_label3) if part)


@dataclass(frozen=True, slots=True)
class Box:
    """One piece of evidence with a place on the picture.

    `location` is (x1, y1, x2, y2) in pixels of the original picture, top-left and bottom-right; None when the
    machine gave none or one that is not four finite ordered numbers (`location_note` then says why). `polygon` are the
    corners of what is turned. `probability` is 0–1.
    """

    id: str
    kind: EvidenceKind
    name: str = ""
    probability: float | None = None
    location: Location | None = None
    location_note: str = ""
    qr_content: str = ""
    polygon: Corners | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the recognised text: [start, end) in code points. `evidence` are its boxes on the picture."""

    start: int
    end: int
    kind: SpanKind
    word: str
    list_name: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnresolvedWord:
    """A matched word whose `position` fits no place in the text; shown without a highlight."""

    kind: SpanKind
    word: str
    list_name: str = ""
    position: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the recognised text, [start, end) of it, with its place on the picture."""

    start: int
    end: int
    text: str
    outline: Outline


@dataclass(frozen=True, slots=True)
class RecognisedText:
    """Of very many matched words only the first are in `spans` and `unresolved`; `matches` then counts all of them."""

    text: str = ""
    spans: tuple[Span, ...] = ()
    unresolved: tuple[UnresolvedWord, ...] = ()
    matches: int = 0
    lines: tuple[TextLine, ...] = ()  # by their start


@dataclass(frozen=True, slots=True)
class Label:
    """One entry of `allLabels`: a path with its own risk level. `probability` is 0–1, `evidence` holds Box ids."""

    path: LabelPath
    risk_level: RiskLevel | None = None
    risk_description: str = ""
    probability: float | None = None
    confidence_level: int | None = None
    risk_source: int | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BusinessLabel:
    """One entry of `businessLabels`, which says what is in a picture without a verdict. `facts` are what its detail
    says in numbers and names, as (field, text).
    """

    path: LabelPath
    description: str = ""
    probability: float | None = None
    confidence_level: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectLabel:
    """One entry of `tokenProfileLabels` or `tokenRiskLabels`. `last_seen_ms` is 13-digit Unix milliseconds."""

    kind: SubjectLabelKind
    path: LabelPath
    description: str = ""
    last_seen_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Disposal:
    """The verdict in the customer's own labels."""

    risk_level: str
    path: LabelPath
    description: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`boxes` are the first of those found; `counts` says how many there are of each kind."""

    boxes: tuple[Box, ...] = ()
    text: RecognisedText = field(default_factory=RecognisedText)
    face_num: int | None = None
    person_num: int | None = None
    counts: Mapping[EvidenceKind, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # oddities that were tolerated, in words for administrators

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def faces(self) -> int:
        """How many there are: the service sends at most ten, and may tell a higher count beside them."""
        return max(self.counts.get("face", 0), self.face_num or 0)

    @property
    def persons(self) -> int:
        return max(self.counts.get("person", 0), self.person_num or 0)


@dataclass(frozen=True, slots=True)
class SubjectRisk:
    """One flag of `tokenLabels` that is set. `last_seen_ms` is 13-digit Unix milliseconds."""

    group: str
    name: str
    last_seen_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One machine (or vendor reviewer's) result. Only `request_id`, `code`, `message` are sure when code ≠ 1100."""

    request_id: str
    code: int
    shape: Shape
    # The complete object as read, unknown fields too, numbers int or Decimal. What only the body around a batch
    # item contains (its requestId) is filled in, so that it can be read again by itself.
    raw: dict[str, Any]
    message: str = ""
    bt_id: str = ""
    risk_level: RiskLevel | None = None
    path: LabelPath = LabelPath("normal")  # `risk_label1` is empty when a verdict names no label
    risk_description: str = ""
    result_type: int = 0
    final_result: int = 1
    labels: tuple[Label, ...] = ()  # of very many the strongest; `labels_sent` counts them all
    labels_sent: int = 0
    evidence: Evidence = field(default_factory=Evidence)
    subject_risks: tuple[SubjectRisk, ...] = ()
    business_labels: tuple[BusinessLabel, ...] = ()
    subject_labels: tuple[SubjectLabel, ...] = ()
    disposal: Disposal | None = None
    stream_id: str = ""
    segments: int | None = None
    pass_through: Any = None

    @property
    def succeeded(self) -> bool:
        return self.code == 1100

    @property
    def written_id(self) -> str:
        """`requestId` as it was written: an item of a batch may carry the batch's, or both its ids joined."""
        joined = f"{self.request_id}_{self.bt_id}"
        return joined if self.raw.get("requestId") == joined else self.request_id


@dataclass(frozen=True, slots=True)
class StreamInfo:
    stream_id: str
    similar_dedup: bool = False
    frame_time_ms: int | None = None
    risk_num: int = 1
    time_window_seconds: int = 10


@dataclass(frozen=True, slots=True)
class Request:
    """The image v4 request that led to a result. `img` is a URL or base64 text; both are hostile."""

    raw: dict[str, Any]  # complete, without accessKey; a base64 `img` is still in it
    event_id: str = ""
    type: str = ""
    business_type: str = ""
    img: str = ""
    backup_url: str = ""
    token_id: str = ""
    data_id: str = ""
    lang: str = ""
    level: int | None = None
    interval: int = 1
    max_frame: int = 3
    room: str = ""
    device_id: str = ""
    nickname: str = ""
    is_ignore_tls: bool = False
    is_token_separate: bool = False
    pass_through: Any = None
    stream: StreamInfo | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One object to ingest: the result, and the request when the sender kept it.

    What only our own gateway knows: `picture`, the bytes that were looked at; `callback`, where the answers go beside
    the webhooks; and what the call asked of policy. `once`: the requestId is ours, so that whatever comes under it
    again is a repeat, never a revision.
    """

    result: Result
    request: Request | None = None
    app_id: str | None = None
    picture: bytes | None = field(default=None, repr=False)
    callback: str = ""
    narrowing: Narrowing | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class FieldError:
    """`pointer` is an RFC 6901 JSON pointer into the body as sent; `detail` says what is wrong and what to send."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A parsed callback body: at least one readable result, and every error of the unreadable items."""

    submissions: tuple[Submission, ...]
    refused: tuple[FieldError, ...] = ()


class ContractError(ValueError):
    """The body breaks the contract; `errors` names every place at once. Sending it again unchanged cannot help."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.pointer or '/'}: {e.detail}" for e in errors))
        self.errors = errors


class MalformedJSON(ContractError):
    """Not JSON this service reads at all (syntax, encoding, NUL, NaN, duplicate keys, nesting): answered 400."""
