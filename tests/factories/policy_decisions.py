"""Results of one label, and a section that decides them by its score."""

from __future__ import annotations

from typing import Any

from moderation.contract import parse_submission
from moderation.intake.accept import Accepted, accept
from moderation.models import Case, Delivery, FinalResult
from tests.factories import bodies
from tests.world import World

TYPES = ["result.final", "result.corrected", "result.recorded"]
SECTION: dict[str, Any] = {
    "name": "all",
    "thresholds": {"porn": {"review": 400, "reject": 850}},
    "intermediate": "decide",
}


def scored(score: float, **changes: Any) -> dict[str, Any]:
    """What a machine says that is unsure whether this is porn, with this score."""
    label = {"riskLevel": "REVIEW", "riskLabel1": "Erotic", "riskLabel2": "nudity", "probability": score}
    named = {"riskLabel1": "Erotic", "riskLabel2": "nudity", "riskLabel3": "", "riskDescription": "erotic: nudity"}
    return named | {"allLabels": [label]} | changes


PASSED, REVIEWED, REJECTED = scored(0.1), scored(0.5), scored(0.9)


def send(world: World, body: dict[str, Any], *, request: str = "r1", **more: Any) -> Accepted:
    envelope = bodies.envelope(requestId=request, **(body | more))
    return accept(parse_submission(envelope), app=world.web, by=world.key)


def results() -> list[tuple[int, int, str]]:
    """Revision, `resultType` and `riskLevel` of every final result."""
    return list(FinalResult.objects.order_by("pk").values_list("revision", "result_type", "risk_level"))


def state() -> str:
    """Of the one case."""
    return Case.objects.get().state


def told() -> list[tuple[str, int]]:
    """Type and revision of every delivery."""
    return list(Delivery.objects.order_by("pk").values_list("type", "revision"))
