"""An image v4 result as the documents write it. A body that fits these types has nothing to refuse and nothing odd.

Whatever does not fit is read by `moderation.contract.fields`, which names every mistake and tolerates what senders are
known to get wrong. `Misspelt` are keys that it reads for others: a body that has one does not fit.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from moderation.contract.fields import MAX_ID_CHARACTERS, MAX_INT32

Identifier = Annotated[str, Meta(max_length=MAX_ID_CHARACTERS, pattern=r"\A[^\x00-\x1f\x7f-\x9f]*\Z")]
Level = Literal["PASS", "REVIEW", "REJECT"]
LabelText = Annotated[str, Meta(max_length=128)]
Number = Annotated[int, Meta(ge=0, le=MAX_INT32)]
Index = Annotated[int, Meta(ge=-MAX_INT32, le=MAX_INT32)]
Probability = Annotated[float, Meta(ge=0, le=1)]
Side = Annotated[float, Meta(ge=-(10**9), le=10**9)]  # of a box, in pixels
Sides = tuple[Side, Side, Side, Side]
Absent = UnsetType


class BoxBody(Struct):
    id: str | None = None
    name: str | None = None
    probability: Probability | None = None
    location: Sides | None = None
    qr_content: str | None = field(name="qrContent", default=None)
    qr_content_misspelt: Absent = field(name="qrcontent", default=UNSET)


class Word(Struct):
    """Of a list, or a risk segment: the one has `word`, the other `segment`."""

    word: str | None = None
    segment: str | None = None
    position: list[Index] | None = None
    location: Absent = UNSET


class MatchedList(Struct):
    name: str | None = None
    words: list[Word] | None = None


class Reading(Struct):
    """`ocrText`."""

    text: str | None = None
    matched_lists: list[MatchedList] | None = field(name="matchedLists", default=None)
    risk_segments: list[Word] | None = field(name="riskSegments", default=None)
    lines: list[Any] | None = None


class Detail(Struct):
    """`riskDetail`, of the result, of a label or of the disposal."""

    risk_source: Number | None = field(name="riskSource", default=None)
    risk_source_misspelt: Absent = field(name="riskSocrce", default=UNSET)
    faces: list[BoxBody] | None = None
    objects: list[BoxBody] | None = None
    persons: list[BoxBody] | None = None
    face_num: Number | None = None
    person_num: Number | None = None
    reading: Reading | None = field(name="ocrText", default=None)
    matched_lists: list[MatchedList] | None = field(name="matchedLists", default=None)
    risk_segments: list[Word] | None = field(name="riskSegments", default=None)


class LabelBody(Struct):
    risk_level: Level | None = field(name="riskLevel", default=None)
    risk_label1: LabelText | None = field(name="riskLabel1", default=None)
    risk_label2: LabelText | None = field(name="riskLabel2", default=None)
    risk_label2_misspelt: Absent = field(name="riskLable2", default=UNSET)
    risk_label2_cut: Absent = field(name="lable2", default=UNSET)
    risk_label3: LabelText | None = field(name="riskLabel3", default=None)
    risk_description: str | None = field(name="riskDescription", default=None)
    probability: Probability | None = None
    confidence_level: Literal[0, 1, 2] | None = field(name="confidenceLevel", default=None)
    risk_source: Number | None = field(name="riskSource", default=None)
    risk_source_misspelt: Absent = field(name="riskSocrce", default=UNSET)
    detail: Detail | None = field(name="riskDetail", default=None)


class AuxInfo(Struct):
    segments: Number | None = None
    stream_id: str | None = field(name="streamId", default=None)
    qr_content: str | None = field(name="qrContent", default=None)
    qr_content_misspelt: Absent = field(name="qrcontent", default=UNSET)


class Disposal(Struct):
    """Without evidence of its own, as the documents have it."""

    detail: Absent = field(name="riskDetail", default=UNSET)


class ImageV4(Struct):
    """A result that succeeded. The forms of other services, and of reviewers, have one of the last three keys."""

    request_id: Annotated[Identifier, Meta(min_length=1)] = field(name="requestId")
    code: Literal[1100]
    risk_level: Level = field(name="riskLevel")
    bt_id: Identifier | None = field(name="btId", default=None)
    message: str | None = None
    risk_label1: LabelText | None = field(name="riskLabel1", default=None)
    risk_label2: LabelText | None = field(name="riskLabel2", default=None)
    risk_label2_misspelt: Absent = field(name="riskLable2", default=UNSET)
    risk_label2_cut: Absent = field(name="lable2", default=UNSET)
    risk_label3: LabelText | None = field(name="riskLabel3", default=None)
    risk_description: str | None = field(name="riskDescription", default=None)
    result_type: Literal[0, 1] | None = field(name="resultType", default=None)
    final_result: Literal[0, 1] | None = field(name="finalResult", default=None)
    detail: Detail | None = field(name="riskDetail", default=None)
    labels: list[LabelBody] | None = field(name="allLabels", default=None)
    aux_info: AuxInfo | None = field(name="auxInfo", default=None)
    disposal: Disposal | None = None
    business_labels: Absent = field(name="businessLabels", default=UNSET)
    of_image_v2: Absent = field(name="detail", default=UNSET)
    of_reviewers: Absent = field(name="result", default=UNSET)
