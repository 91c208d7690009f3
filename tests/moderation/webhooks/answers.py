"""Final results to be delivered, made the way they are made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models.functions import Now

from accounts.database.write_batch import WriteBatch
from moderation.contract import parse_submission
from moderation.contract.values import LabelPath, RiskLevel
from moderation.intake.accept import accept
from moderation.models import Case, Delivery, FinalResult
from moderation.results import FinalVerdict, Judged, finalise
from moderation.webhooks.payloads import Review
from review.models import Decision
from review.workflow.verdicts import Judgement
from tests.factories import bodies
from tests.factories.verdicts import REJECT, decide, take_lease
from tests.world import World


def decided(world: World, *, judgement: Judgement = REJECT, app: str = "web", **changes: Any) -> Decision:
    """A case came in and Alice decided it."""
    submission = parse_submission(bodies.envelope(app_id=app, **changes))
    accept(submission, app=world.web if app == "web" else world.other_app, by=world.key)
    return decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=judgement)


def corrected(case: Case, *, at: datetime) -> FinalResult:
    """The next revision of the case's answer: it passes after all."""
    verdict = FinalVerdict(RiskLevel.PASS, LabelPath("normal"), "Normal")
    machine = case.machine_results.get(revision=1)
    review = Review(uuid4(), "default", at)
    with WriteBatch() as batch:
        (result,) = finalise([Judged(case, machine)], verdict, review=review, release_at=at, by="tests", batch=batch)
    return result


def make_due() -> None:
    """As if the wait before the next attempt were over."""
    Delivery.objects.filter(state="pending").update(due_at=Now(), leased_until=None)
