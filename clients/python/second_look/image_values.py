"""What the gateway answers. `raw` is the body as it came, with every field of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from second_look.errors import IN_WORK
from second_look.reading import fill

Raw = Mapping[str, Any]
Decision = Literal["block", "review", "allow"]
RiskLevel = Literal["PASS", "REVIEW", "REJECT"]


@dataclass(frozen=True)
class CheckedLabel:
    """`confidence` is from 0 to 1000; `bbox` is x1, y1, x2, y2 in pixels of the picture."""

    l1: str
    l1_name: str = ""
    l2: str = ""
    l2_name: str = ""
    l3: str = ""
    l3_name: str = ""
    confidence: int | None = None
    bbox: tuple[int, int, int, int] | None = None

    @classmethod
    def read(cls, body: Raw) -> CheckedLabel:
        names = {name: body.get(name) or "" for name in ("l1", "l1_name", "l2", "l2_name", "l3", "l3_name")}
        return cls(**names, confidence=body.get("confidence"), bbox=_box(body.get("bbox")))


@dataclass(frozen=True)
class Check:
    """`not_checked` names the labels that were asked for and that no engine can give."""

    decision: Decision
    labels: tuple[CheckedLabel, ...]
    request_id: str
    processing_time_ms: int
    not_checked: tuple[str, ...]
    raw: Raw = field(repr=False)

    @classmethod
    def read(cls, body: Raw) -> Check:
        return cls(
            decision=body["decision"],
            labels=tuple(map(CheckedLabel.read, body["labels"])),
            request_id=body["request_id"],
            processing_time_ms=body["processing_time_ms"],
            not_checked=tuple(body.get("not_checked", ())),
            raw=body,
        )


@dataclass(frozen=True)
class RiskLabel:
    """`probability` is from 0 to 1."""

    raw: Raw = field(repr=False)
    risk_label1: str = ""
    risk_label2: str = ""
    risk_label3: str = ""
    risk_description: str = ""
    risk_level: str = ""
    probability: float | None = None

    @classmethod
    def read(cls, body: Raw) -> RiskLabel:
        return fill(cls, body, raw=body)


@dataclass(frozen=True)
class ImageResult:
    """An image v4 result. `result_type` is 1 from a person; `final_result` is 0 while a person will look at it.
    `not_checked` names the types that were asked for and that no engine can check.
    """

    request_id: str
    raw: Raw = field(repr=False)
    code: int = 0
    message: str = ""
    risk_level: RiskLevel | Literal[""] = ""
    risk_label1: str = ""
    risk_label2: str = ""
    risk_label3: str = ""
    risk_description: str = ""
    result_type: int = 0
    final_result: int = 0
    bt_id: str = ""
    data_id: str = ""
    all_labels: tuple[RiskLabel, ...] = ()
    not_checked: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: Raw) -> ImageResult:
        labels = tuple(map(RiskLabel.read, body.get("allLabels") or ()))
        not_checked = tuple((body.get("auxInfo") or {}).get("notChecked", ()))
        return fill(cls, body, raw=body, all_labels=labels, not_checked=not_checked)


@dataclass(frozen=True)
class NoResult:
    """Why there is no result for a picture: `code` 1102 while it is in work, 1903 and 1911 where it failed, 1902 where
    nothing is known of it.
    """

    request_id: str
    code: int
    message: str = ""
    bt_id: str = ""

    @property
    def in_work(self) -> bool:
        return self.code == IN_WORK


@dataclass(frozen=True)
class BatchResult:
    """Of each picture of a batch, in the order of the call."""

    request_id: str
    images: tuple[ImageResult | NoResult, ...]


@dataclass(frozen=True)
class Acknowledged:
    """The picture is kept; its result goes to the call's `callback`, and `query` tells it too."""

    request_id: str

    @classmethod
    def read(cls, body: Raw) -> Acknowledged:
        return cls(body["requestId"])


def _box(sent: Any) -> tuple[int, int, int, int] | None:
    if not sent:
        return None
    x1, y1, x2, y2 = sent
    return x1, y1, x2, y2


def read_one(body: Raw) -> ImageResult | NoResult:
    return ImageResult.read(body) if "riskLevel" in body else fill(NoResult, body)


def read_batch(body: Raw) -> BatchResult:
    return BatchResult(body["requestId"], tuple(map(read_one, body["imgs"])))


def read_any(body: Raw) -> ImageResult | BatchResult | NoResult:
    return read_batch(body) if "imgs" in body else read_one(body)
