"""A picture that somebody has tried, moderated already and waiting for a person, without any engine."""

from __future__ import annotations

import json

from django.utils import timezone

from accounts.models import App, User
from moderation.models import TriedPicture
from review.models import Queue
from tests.factories import pictures, tasks

TOOK = {"embedded": 240, "embedded/faces": 12, "embedded/codes": 40, "embedded/text": 180}
STEPS = [
    {"step": "fetched", "ms": 38, "width": 120, "height": 80, "bytes": 214_000, "pieces": 1},
    {"step": "engines", "ms": 240, "took": TOOK},
    {"step": "judged", "ms": 9},
]


def tried_by(person: User) -> TriedPicture:
    app = App.objects.get(app_id="web")
    (task,) = tasks.waiting(Queue.objects.get(slug="nudity"), app=app)
    pictures.show(task.case, pictures.still())
    request = {"appId": "web", "eventId": "post", "type": "EROTIC_QRCODE", "data": {"tokenId": "try_1", "lang": "en"}}
    answer = {"requestId": task.case.full_id, "code": 1100, "message": "success", "riskLevel": "REVIEW"}
    return TriedPicture.objects.create(
        by=person,
        app=app,
        request_id=task.case.full_id,
        name="counter.png",
        request=json.dumps(request),
        upload="uploads/0/0",
        bytes=214_000,
        steps=STEPS,
        answer=json.dumps(answer | {"finalResult": 0, "auxInfo": {"notChecked": ["VIOLENT"]}}),
        began_at=timezone.now(),
        ended_at=timezone.now(),
    )
