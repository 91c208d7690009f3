"""A subject who is named wherever one can be: in every personal field of a request and of a result, in notes,
deliveries, replies, the quarantine and saved searches. Everything comes in through the doors of the product.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import uuid4

from django.test import Client

from moderation.callbacks.receive import receive
from moderation.known_pictures import changes as known_pictures
from moderation.media import removals, uploads
from moderation.models import Case, Delivery, Erasure, PictureFetch
from moderation.webhooks.deliver import deliver_due
from review.cases import saved_views
from review.models import ReviewTask, Run
from review.retention import subjects
from review.workflow import lease_directly, reopen, runs
from tests.customer import Customer
from tests.factories import bodies, pictures
from tests.factories.endpoints import subscribed
from tests.moderation.callbacks.quarantined import address
from tests.stage import call, lease, lease_key_of, signed_in, verdict
from tests.world import World

MARK = "planted7"
TOKEN = f"{MARK}_token"


def marked(name: str) -> str:
    return f"{MARK} {name}"


def sent(**changes: Any) -> dict[str, Any]:
    """What a platform sends of a picture of theirs, with the mark in all that may be personal."""
    data: dict[str, Any] = {
        "tokenId": TOKEN,
        "receiveTokenId": f"{MARK}_receiver",
        "dataId": marked("data"),
        "nickname": marked("nickname"),
        "ip": f"{MARK}.9.9.9",
        "deviceId": marked("device"),
        "phone": marked("phone"),
        "img": base64.b64encode(pictures.still(color="olive")).decode(),
        "extra": {"passThrough": {"of": marked("pass")}, "room": marked("room"), "topic": marked("topic")},
        "streamInfo": {"streamId": marked("stream"), "frameTime": 1764500000000},
    }
    result = bodies.result(
        message=marked("message"),
        riskDescription=marked("description"),
        riskDetail={
            "riskSource": 1002,
            "faces": [{"id": "f1", "name": marked("face"), "probability": 0.9, "location": [10, 20, 60, 70]}],
            "ocrText": {"text": marked("read in the picture")},
            "matchedLists": [{"name": "contacts", "words": [{"word": MARK, "position": [0, 7]}]}],
            "riskSegments": [{"segment": marked("read"), "position": [0, 12]}],
        },
        auxInfo={"segments": 1, "passThrough": {"of": marked("pass back")}, "qrContent": marked("code")},
        tokenLabels={"machine_account_risk": {"note": marked("account")}},
        allLabels=[
            {
                **bodies.result()["allLabels"][0],
                "riskDescription": marked("of the label"),
                "riskDetail": {"ocrText": {"text": marked("of the label")}},
            }
        ],
    )
    return {"appId": "web", "request": bodies.request(**data), "result": result | changes}


def post(world: World, body: Any) -> Case:
    answer = Client().post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    assert answer.status_code in (200, 201), answer.content
    return Case.objects.get(pk=answer.json()["caseId"])


def show(case: Case, color: str = "olive") -> None:
    """As a worker does that has the picture."""
    uploads.forget(PictureFetch.objects.get(case=case).upload)
    pictures.show(case, pictures.still(color=color))
    PictureFetch.objects.filter(case=case).update(url=f"https://127.0.0.1/{MARK}.jpg", upload="")


def decide(world: World, *, note: str = "") -> None:
    """Carol decides all that waits for her, through the stage."""
    carol = signed_in(world.carol)
    for task in lease(carol)["tasks"]:
        answer = call(carol, "decide", verdict(task, note=note))
        assert answer.status_code == 200, answer.content


def over(world: World, *, color: str = "olive", **data: Any) -> Case:
    """A case that is decided, with a picture."""
    body = sent()
    body["request"]["data"] |= data
    case = post(world, body)
    show(case, color)
    decide(world)
    return case


def live(world: World, customer: Customer) -> Case:
    """Everything that can become of a picture, each step naming the subject. Returns the case, which is over."""
    customer.reply_body = json.dumps({"got": marked("reply")}).encode()
    subscribed(url=f"{customer.url}/hook")
    case = post(world, sent())
    show(case)
    alice = signed_in(world.alice)
    (task,) = lease(alice)["tasks"]
    escalated = call(alice, "escalate", {**lease_key_of(task), "note": marked("escalated")})
    assert escalated.status_code == 200, escalated.content
    lease_directly.lease_one(task["taskId"], by=world.carol)
    decide(world, note=marked("decided"))
    reopen.reopen(case.pk, by=world.carol, note=marked("reopened"))
    search(world)
    decide(world, note=marked("decided again"))
    known_pictures.add(case, sha256="0" * 64, likeness="", label="porn", note=marked("known"), by=world.carol)
    quarantine(world)
    deliver_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    return case


def search(world: World) -> None:
    query = f"tokenId={TOKEN}"
    saved_views.save(name="Theirs", query=query, shared=True, by=world.carol)
    waiting = list(ReviewTask.objects.filter(closed_at=None).values_list("pk", flat=True))
    runs.start(waiting, source=Run.Source.CASES, back=f"/review/cases/?{query}", by=world.carol)


def quarantine(world: World) -> None:
    unreadable = {"requestId": str(uuid4()), "riskLevel": "BLOCK", "tokenId": TOKEN, "text": marked("quarantined")}
    receive(json.dumps(unreadable).encode(), content_type="application/json", address=address(world))


def erased(world: World, *, token: str = TOKEN, app: Any = None) -> Erasure:
    counted = subjects.count(token, app=app, by=world.dave)
    erasure = subjects.begin(token, app=app, counted=counted.cases, by=world.dave)
    subjects.work(for_seconds=30)
    removals.work()
    erasure.refresh_from_db()
    return erasure
