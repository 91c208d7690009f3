"""Cases of the last days whose results have one label with a score, and what people said about them: written straight
into the tables, because a drawing needs thousands.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.core.cache import caches
from django.utils import timezone

from accounts.models import App
from moderation.models import Case, FinalResult, LabelScore, MachineResult, ResultFacts

_NUMBERS = itertools.count(1)


def scored(
    app: App,
    label: str,
    scores: Sequence[int],
    *,
    event: str = "live",
    kind: str = "EROTIC",
    lang: str = "en",
    level: int | None = None,
    final_result: int = 1,
    verdicts: Sequence[str] = (),
    days_ago: float = 1,
) -> list[Case]:
    """One case for each score; the first of them with a person's verdict, as far as there are verdicts."""
    at = timezone.now() - timedelta(days=days_ago)
    cases = Case.objects.bulk_create([_case(app, event, kind, at, bool(verdicts)) for _ in scores])
    MachineResult.objects.bulk_create(
        [_result(case, label, score, at) for case, score in zip(cases, scores, strict=True)]
    )
    facts = {"event": event, "type": kind, "lang": lang, "level": level, "final_result": final_result, "label": label}
    ResultFacts.objects.bulk_create([_facts(case, at, facts) for case in cases])
    LabelScore.objects.bulk_create(
        [
            LabelScore(case=case, place=0, label=label, score=score, probability=score / 1000, risk_level="REVIEW")
            for case, score in zip(cases, scores, strict=True)
        ]
    )
    FinalResult.objects.bulk_create(
        [_final(case, verdict, at) for case, verdict in zip(cases, verdicts, strict=False) if verdict]
    )
    caches["process"].clear()
    return cases


def _case(app: App, event: str, kind: str, at: datetime, is_decided: bool) -> Case:
    state = Case.State.FINAL if is_decided else Case.State.QUEUED
    return Case(app=app, request_id=f"s{next(_NUMBERS):031x}", state=state, received_at=at, event_id=event, type=kind)


def _result(case: Case, label: str, score: int, at: datetime) -> MachineResult:
    one, two, three = [*label.split("/"), "", ""][:3]
    path = {"riskLabel1": one, "riskLabel2": two, "riskLabel3": three}
    told = path | {"riskLevel": "REVIEW", "probability": score / 1000}
    body = {"requestId": case.request_id, "code": 1100, "message": "success", "riskLevel": "REVIEW", **path}
    return MachineResult(
        case=case,
        revision=1,
        raw=json.dumps(body | {"allLabels": [told], "finalResult": 1}),
        raw_sha256=case.request_id,
        shape="image_v4",
        code=1100,
        risk_level="REVIEW",
        risk_label1=one,
        risk_label2=two,
        risk_label3=three,
        route={},
        received_at=at,
    )


def _facts(case: Case, at: datetime, facts: Mapping[str, object]) -> ResultFacts:
    counts = ("faces", "persons", "objects_found", "qr_codes", "text_length", "decided", "rejected")
    texts = ("nickname", "device_id", "room", "disposal")
    return ResultFacts(
        case=case,
        revision=1,
        received_at=at,
        app_id=case.app_id,
        code=1100,
        risk_level="REVIEW",
        result_type=0,
        is_listed=True,
        **dict.fromkeys(counts, 0),
        **dict.fromkeys(texts, ""),
        **facts,
    )


def _final(case: Case, verdict: str, at: datetime) -> FinalResult:
    return FinalResult(
        case=case, revision=1, result_type=1, risk_level=verdict, body="{}", decided_at=at, release_at=at
    )
