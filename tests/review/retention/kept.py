"""Cases of some age with a picture of their own in the store, written quickly: the files hold a few random bytes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import App
from moderation.erasure.kinds import Kind
from moderation.media import store
from moderation.models import Case, MachineResult, Picture, PictureFetch
from review.models import Queue
from review.retention import rules
from review.retention.rules import Confirmed
from tests.factories import bodies
from tests.world import World

OFF = dict.fromkeys(Kind)
RENDITIONS = ("web", "preview", "blurred", "thumbnail")


def keep_for(world: World, queue: Queue | None = None, label: str = "", **days: int) -> None:
    said = OFF | {Kind(name): n for name, n in days.items()}
    confirmed = Confirmed(rules.signed(queue, label, days=said, cases=0))
    rules.save(queue, label, days=said, by=world.dave, confirmed=confirmed)


def old(app: App, count: int, *, days: int = 100, label: str = "porn") -> list[Case]:
    """So many cases that were only recorded, the oldest first."""
    at = timezone.now() - timedelta(days=days)
    rows = [
        Case(
            app=app,
            request_id=bodies.request_id(),
            state="recorded",
            received_at=at + timedelta(seconds=n),
            token_id=f"user_{n}",
            request='{"data": {"nickname": "somebody"}}',
        )
        for n in range(count)
    ]
    cases = Case.objects.bulk_create(rows)
    MachineResult.objects.bulk_create([_result(case, label) for case in cases])
    pictures = Picture.objects.bulk_create([_picture() for _ in cases])
    PictureFetch.objects.bulk_create(
        [PictureFetch(case=case, state="ready", picture=one) for case, one in zip(cases, pictures, strict=True)]
    )
    return cases


def files() -> list[Path]:
    folder = Path(settings.STORAGES["pictures"]["OPTIONS"]["location"])
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def unnamed(named: Sequence[Picture]) -> set[str]:
    """Files of the store that none of these pictures names, by their last part."""
    return {path.name for path in files()} - {
        getattr(one, name).rsplit("/")[-1] for one in named for name in RENDITIONS
    }


def _picture() -> Picture:
    keys = {name: store.put(os.urandom(24), folder=name) for name in RENDITIONS}
    return Picture(sha256=os.urandom(32).hex(), format="JPEG", width=8, height=8, **keys)


def _result(case: Case, label: str) -> MachineResult:
    body = '{"code": 1100, "riskLevel": "REVIEW", "riskLabel1": "%s", "riskDetail": {"ocrText": {"text": "words"}}}'
    levels = dict(zip(("risk_label1", "risk_label2", "risk_label3"), label.split("/"), strict=False))
    return MachineResult(
        case=case,
        revision=1,
        raw=body % label,
        raw_sha256="0" * 64,
        shape="image_v4",
        code=1100,
        risk_level="REVIEW",
        route={"outcome": "recorded"},
        **levels,
    )
