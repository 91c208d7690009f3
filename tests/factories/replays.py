"""Past cases under a policy, people's decisions about them, and a draft to replay."""

from __future__ import annotations

from typing import Any

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, FinalResult, ReplayReport
from moderation.policy_versions import draft, store
from moderation.replay import begin, jobs
from tests.factories import bodies
from tests.world import World

IN_FORCE: dict[str, Any] = {
    "sections": [{"name": "all", "thresholds": {"porn": {"review": 500, "reject": 900}}, "intermediate": "decide"}]
}
STRICTER: dict[str, Any] = {
    "sections": [{"name": "all", "thresholds": {"porn": {"review": 300, "reject": 700}}, "intermediate": "decide"}]
}
MILDER: dict[str, Any] = {
    "sections": [{"name": "all", "thresholds": {"porn": {"review": 500}}, "intermediate": "decide"}]
}
SCORES = (0.2, 0.4, 0.71, 0.8, 0.95)


def past(world: World, scores: tuple[float, ...] = SCORES) -> list[Case]:
    """Under IN_FORCE 2 pass, 2 are reviewed, 1 is rejected; under STRICTER 1, 1 and 3."""
    store.put_in_force(IN_FORCE, by=world.dave)
    return [_case(world, score) for score in scores]


def _case(world: World, probability: float) -> Case:
    label = bodies.result()["allLabels"][0] | {"probability": probability}
    body = bodies.envelope(finalResult=1, allLabels=[label])
    return accept(parse_submission(body), app=world.web, by=world.key).case


def decided(case: Case, verdict: str) -> None:
    """By a person, after whatever policy said."""
    about: dict[str, Any] = {"result_type": 1, "risk_level": verdict, "release_at": case.received_at}
    FinalResult.objects.create(case=case, revision=2, **about)


def drafted(world: World, body: dict[str, Any] = STRICTER) -> draft.Draft:
    now = draft.current()
    return draft.save(body, base=now.in_force, expected_version=now.version, by=world.dave)


def replayed(world: World, body: dict[str, Any] = STRICTER) -> ReplayReport:
    """The draft, replayed to the end."""
    drafted(world, body)
    job = begin.replay_draft(by=world.dave)
    finish()
    job.refresh_from_db()
    assert job.state == "finished", job.why
    return job


def finish() -> None:
    while jobs.work(for_seconds=60):
        pass
