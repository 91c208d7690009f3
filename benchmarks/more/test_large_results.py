"""What a result of 16 MiB costs, whatever it is full of: at most a second of processor time to parse it, and a tenth of
one to make what the stage shows of it. Where the standard library alone needs long to read the same JSON exactly, since
the machine is slow or busy, parsing may take 2.5 times as long as that.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from moderation.contract import ContractError, json_text, parse_submission
from moderation.contract.json_text import MAX_VALUES
from moderation.contract.placement import place
from moderation.contract.result_body import machine_result
from moderation.contract.values import Result
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, route
from review.presentation import evidence
from review.presentation.short_result import shortened
from tests.moderation.contract import bodies

Body = dict[str, Any]

LIMIT_BYTES = 16 * 1024 * 1024
PARSE_SECONDS, PARSE_RATIO, SHOW_SECONDS = 1.0, 2.5, 0.1
TURNS = 3
TEXT = "add me 12345 " * 300


@pytest.fixture(autouse=True)
def collected_as_in_the_web_process() -> Iterator[None]:
    """Python's own thresholds walk a million new arrays again and again (moderation/wsgi.py)."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*before)


def box(n: int) -> list[int]:
    return [n % 900, 1, n % 900 + 9, n + 2]


def detail(name: str, **besides: Any) -> Callable[[list[Any]], Body]:
    return lambda items: bodies.image_v4(riskDetail={"riskSource": 1002, name: items, **besides}, allLabels=[])


def field(name: str, **besides: Any) -> Callable[[list[Any]], Body]:
    return lambda items: bodies.image_v4(**{name: items, **besides})


OCR = {"ocrText": {"text": TEXT}}
# What the body is full of: one item of it, and the body around the items.
FULL_OF: dict[str, tuple[Callable[[int], Any], Callable[[list[Any]], Body]]] = {
    "faces without ids": (lambda n: {"location": box(n)}, detail("faces")),
    "faces with ids": (lambda n: {"id": str(n), "name": f"face {n}"}, detail("faces")),
    "one face under many names": (lambda n: {"id": "f", "name": str(n)}, detail("faces")),
    "one face in many places": (lambda n: {"id": "f", "location": box(n)}, detail("faces")),
    "objects that say nothing": (lambda n: {"x": n}, detail("objects")),
    "codes": (lambda n: {"name": "qr", "qrContent": f"https://{n}.test"}, detail("objects")),
    "nothing": (lambda n: None, detail("persons")),
    "labels": (lambda n: {"riskLabel1": "ad", "riskLabel2": str(n), "probability": 0.5}, field("allLabels")),
    "labels that say nothing": (lambda n: {"x": n}, field("allLabels")),
    "labels with a face": (lambda n: {"riskDetail": {"faces": [{"location": box(n)}]}}, field("allLabels")),
    "labels with a text": (lambda n: {"riskDetail": {"ocrText": {"text": f"t {n}"}}}, field("allLabels")),
    "business labels": (lambda n: {"businessDetail": {"location": box(n)}}, field("businessLabels")),
    "labels of the older shape": (
        lambda n: {"l1": "ad", "l2": str(n), "confidence": n % 1000, "bbox": box(n)},
        lambda items: bodies.decision_labels(labels=items),
    ),
    "segments": (
        lambda n: {"segment": "add me", "position": [13 * (n % 300), 13 * (n % 300) + 6]},
        detail("riskSegments", **OCR),
    ),
    "segments without a place": (lambda n: {"segment": f"w{n}"}, detail("riskSegments", **OCR)),
    "word lists": (lambda n: {"name": str(n), "words": [{"word": "12345"}]}, detail("matchedLists", **OCR)),
    "positions of one word": (
        lambda n: n % len(TEXT),
        lambda items: bodies.image_v4(riskDetail=OCR | {"riskSegments": [{"segment": "me", "position": items}]}),
    ),
    "wrong items": (lambda n: n, detail("faces")),
    "flags of the account": (
        lambda n: (f"b_{n}", 1),
        lambda items: bodies.image_v4(tokenLabels={"UGC_account_risk": dict(items)}),
    ),
    "labels of the account": (lambda n: {"label1": str(n), "timestamp": n}, field("tokenRiskLabels")),
    "deep arrays": (lambda n: json.loads("[" * 50 + "]" * 50), field("extra")),
    "unknown fields": (lambda n: {str(n): n / 7}, field("extra")),
    "emoji as escapes and half of one": (
        lambda n: "\U0001f600",
        lambda items: bodies.image_v4(extra=[*items, "\ud83d"]),
    ),
    "one long text": (
        lambda n: "add me ",
        lambda items: bodies.image_v4(riskDetail={"ocrText": {"text": "".join(items)}}),
    ),
}


def body(item: Callable[[int], Any], around: Callable[[list[Any]], Body]) -> bytes:
    """Full of items up to one of the two limits, bytes or values; then padded to 16 MiB."""
    sample = json.dumps(around([item(n) for n in range(90_000, 91_000)]))
    values = sum(map(sample.count, ",[{")) / 1000 + 1
    items = [item(n) for n in range(min(int(LIMIT_BYTES * 0.9 / len(sample) * 1000), int(MAX_VALUES * 0.95 / values)))]
    sent = around(items) | {"padding": ""}
    sent["padding"] = "x" * (LIMIT_BYTES - len(json.dumps(sent)))
    return json.dumps(sent).encode()


def parse(data: bytes) -> Result | None:
    """As a POST does, without the database; None for what is refused."""
    try:
        submission = parse_submission(json_text.loads(data))
    except ContractError:
        return None
    route(Facts(submission.result, app_id="web"), policy=BUILT_IN, taxonomy=BUILT_IN_TAXONOMY)
    return submission.result


def show(result: Result) -> str:
    """What the stage is sent of it."""
    placed = place(result.evidence.boxes, width=1000, height=1000, orientation=6, declared="stored")
    said = evidence.in_words(result, placed, (), BUILT_IN_TAXONOMY)
    return json_text.dumps({**said, "result": machine_result(shortened(result.raw))})


def seconds(act: Callable[[], object]) -> float:
    """Of this thread's processor time, in the fastest turn."""
    turns = []
    for _ in range(TURNS):
        began = time.thread_time()
        act()
        turns.append(time.thread_time() - began)
    return min(turns)


@pytest.mark.parametrize("full_of", FULL_OF)
def test_a_result_of_16_mib(full_of: str) -> None:
    data = body(*FULL_OF[full_of])
    assert 0.95 * LIMIT_BYTES < len(data) <= LIMIT_BYTES
    floor = seconds(lambda: json.loads(data, parse_float=Decimal))
    parsing = seconds(lambda: parse(data))
    result = parse(data)
    showing = seconds(lambda: show(result)) if result else 0.0
    print(
        f"\nfull of {full_of}: parsed in {parsing:.2f} s, {parsing / floor:.1f} × json.loads; shown in {showing:.3f} s"
    )
    assert parsing <= max(PARSE_SECONDS, PARSE_RATIO * floor)
    assert showing <= SHOW_SECONDS
