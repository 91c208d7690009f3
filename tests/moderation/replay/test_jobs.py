"""Replays as jobs: started, worked on in chunks, cancelled, kept, forgotten."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation import labels
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case, FinalResult, ReplayReport
from moderation.policy import PolicyRefused, read
from moderation.policy_versions import store
from moderation.replay import jobs
from moderation.replay.report import Queues, digest
from tests.factories import bodies
from tests.factories.labels import label as label_of
from tests.world import World

QUEUES = Queues("default", frozenset({"default", "nudity"}), {"default": 6.0, "nudity": 12.0})
IN_FORCE: dict[str, Any] = {
    "sections": [{"name": "all", "thresholds": {"porn": {"review": 500, "reject": 900}}, "intermediate": "decide"}]
}
STRICTER: dict[str, Any] = {
    "sections": [{"name": "draft", "thresholds": {"porn": {"review": 300, "reject": 700}}, "intermediate": "decide"}],
    "rules": [{"name": "nudity", "queue": "nudity", "when": {"label": ["porn"]}}],
}


def post(world: World, probability: float, **changes: Any) -> Case:
    label = bodies.result()["allLabels"][0] | {"probability": probability}
    body = bodies.envelope(finalResult=1, allLabels=[label], **changes)
    return accept(parse_submission(body), app=world.web, by=world.key).case


def decided(case: Case, verdict: str, *, revision: int = 2) -> None:
    about: dict[str, Any] = {"result_type": 1, "risk_level": verdict, "release_at": case.received_at}
    FinalResult.objects.create(case=case, revision=revision, **about)


@pytest.fixture
def past(world: World) -> list[Case]:
    """Under IN_FORCE 2 pass, 2 are reviewed, 1 is rejected; under STRICTER 1, 1 and 3."""
    store.put_in_force(IN_FORCE, by="tests")
    return [post(world, probability) for probability in (0.2, 0.4, 0.71, 0.8, 0.95)]


def run(world: World, body: dict[str, Any] = STRICTER, **options: Any) -> dict[str, Any]:
    job = jobs.start(body, queues=QUEUES, by=world.dave, **options)
    while jobs.work(for_seconds=60):
        pass
    job.refresh_from_db()
    assert job.state == "finished", job.why
    assert (job.percent, job.sha256, job.tally) == (100, digest(job.report), {})
    report: dict[str, Any] = json.loads(job.report)
    return report


def test_where_results_go(world: World, past: list[Case]) -> None:
    report = run(world)
    assert (report["results"], report["inForce"]) == (5, 1)
    assert [(one["from"], one["to"], one["count"]) for one in report["flows"]] == [
        ("PASS", "PASS", 1),
        ("PASS", "REVIEW", 1),
        ("REVIEW", "REJECT", 2),
        ("REJECT", "REJECT", 1),
    ]
    (label,) = report["labels"]
    assert label == {
        "label": "porn/nudity/swimwear",
        "sections": ["draft"],
        "before": {"REVIEW": 2, "REJECT": 1},
        "after": {"REVIEW": 1, "REJECT": 3},
        "to": {"PASS": 0, "REVIEW": 1, "REJECT": 2},
        "contradicted": 0,
        "decided": 0,
    }
    assert report["rules"] == [{"rule": 1, "name": "nudity", "caught": 1}]


@pytest.mark.parametrize(("numbers", "to"), [({"reject": 500}, "REJECT"), ({"review": 950}, "PASS")])
@pytest.mark.parametrize("order", [1, -1])
def test_of_a_label_and_its_alias_each_has_its_own_section(
    world: World, order: int, numbers: dict[str, int], to: str
) -> None:
    """Also where the policy in force has no section that decides."""
    knife = label_of("ban/knife")
    labels.name(knife, name_en="", name_zh="", severity=None, aliases=["ban/aaa"], by=world.dave)
    for name in ("knife", "aaa")[::order]:
        sent: Any = {"riskLabel1": "ban", "riskLabel2": name, "riskLabel3": "", "probability": 0.9}
        sent["riskLevel"] = "REVIEW"
        body = bodies.envelope(finalResult=1, **sent, allLabels=[sent])
        accept(parse_submission(body), app=world.web, by=world.key)
    of_label = {"name": "of the label", "thresholds": {"ban/knife": numbers}, "intermediate": "decide"}
    of_alias = {"name": "of the alias", "scope": {"app": "web"}, "thresholds": {"ban/aaa": numbers}}
    (told,) = run(world, {"sections": [of_label, of_alias | {"intermediate": "decide"}]})["labels"]
    assert (told["label"], told["to"][to]) == ("ban/knife", 2)
    assert told["sections"] == ["of the alias", "of the label"]


def test_what_people_decided_otherwise(world: World, past: list[Case]) -> None:
    decided(past[2], "PASS")
    decided(past[3], "REJECT")
    decided(past[4], "PASS")  # rejected before and after: no move
    report = run(world)
    told = {"label": "porn/nudity/swimwear", "score": 710, "from": "REVIEW", "to": "REJECT", "verdict": "PASS"}
    assert report["contradicted"] == {"count": 1, "decided": 2, "cases": [{"case": past[2].pk} | told]}
    assert (report["labels"][0]["contradicted"], report["labels"][0]["decided"]) == (1, 2)


def test_of_a_persons_verdicts_the_last_that_stands_counts(world: World, past: list[Case]) -> None:
    decided(past[2], "PASS")
    decided(past[2], "REJECT", revision=3)
    decided(past[3], "REJECT")
    decided(past[3], "PASS", revision=3)
    FinalResult.objects.filter(case=past[3], revision=3).update(voided_at=Now())
    assert run(world)["contradicted"] == {"count": 0, "decided": 2, "cases": []}


def test_the_worst_come_first(world: World, past: list[Case]) -> None:
    milder = {"sections": [IN_FORCE["sections"][0] | {"thresholds": {"porn": {"reject": 790}}}]}
    decided(past[2], "REJECT")  # passed by the draft
    decided(past[3], "PASS")  # rejected by it
    cases = run(world, milder)["contradicted"]["cases"]
    assert [(one["case"], one["to"]) for one in cases] == [(past[2].pk, "PASS"), (past[3].pk, "REJECT")]


def test_what_queues_get_and_what_it_costs(world: World, past: list[Case]) -> None:
    report = run(world)
    hour = past[0].received_at.hour
    assert [one["queue"] for one in report["load"]] == ["default", "nudity"]
    default, nudity = (one["hours"] for one in report["load"])
    assert (default[hour], nudity[hour]) == ({"before": 2, "after": 0}, {"before": 0, "after": 1})
    assert [one["cases"] for one in report["load"]] == [{"before": 2, "after": 0}, {"before": 0, "after": 1}]
    assert len(default) == 24
    assert sum(one["before"] for one in default) == 2
    seconds = {"default": 6.0, "nudity": 12.0}
    assert report["staff"] == {"secondsPerCase": seconds, "minutesBefore": 0.2, "minutesAfter": 0.2}


def test_a_queue_that_does_not_exist_is_the_default_one(world: World, past: list[Case]) -> None:
    body = STRICTER | {"rules": [{"queue": "gone", "when": {"label": ["porn"]}}]}
    assert [one["queue"] for one in run(world, body)["load"]] == ["default"]


def test_the_same_inputs_give_the_same_bytes(world: World, past: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    decided(past[2], "PASS")
    run(world)
    monkeypatch.setattr(jobs, "CHUNK", 2)
    run(world)
    first, second = ReplayReport.objects.values_list("report", "sha256")
    assert first == second


def test_only_the_last_cases(world: World, past: list[Case]) -> None:
    report = run(world, last=2)
    assert (report["results"], [one["from"] for one in report["flows"]]) == (2, ["REVIEW", "REJECT"])


def test_the_result_that_a_case_stands_on_counts(world: World, past: list[Case]) -> None:
    post(world, 0.1, requestId=past[4].request_id)
    assert [(one["from"], one["to"], one["count"]) for one in run(world)["flows"]] == [
        ("PASS", "PASS", 2),
        ("PASS", "REVIEW", 1),
        ("REVIEW", "REJECT", 2),
    ]


def test_without_results(world: World) -> None:
    report = run(world)
    assert (report["results"], report["since"], report["flows"], report["labels"]) == (0, None, [], [])


def test_progress_and_cancelling(world: World, past: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "CHUNK", 2)
    job = jobs.start(STRICTER, queues=QUEUES, by=world.dave)
    assert jobs.start(STRICTER, queues=QUEUES, by=world.dave) == job
    assert job.percent == 0
    assert jobs.work(for_seconds=0)
    job.refresh_from_db()
    assert (job.done, job.cases, job.percent) == (2, 5, 40)
    jobs.cancel(job, by=world.dave)
    assert (job.state, job.tally) == ("cancelled", {})
    assert not jobs.work()
    job.refresh_from_db()
    assert (job.done, job.report) == (2, "")
    actions = ["policy.replay-started", "policy.replay-cancelled"]
    assert (
        list(AuditEvent.objects.filter(on_type="replayreport").order_by("pk").values_list("action", flat=True))
        == actions
    )


def test_one_that_fails_says_why_and_keeps_no_other_from_its_turn(world: World, past: list[Case]) -> None:
    broken = jobs.start(IN_FORCE, queues=QUEUES, by=world.dave)
    ReplayReport.objects.filter(pk=broken.pk).update(body={"rules": 7})
    run(world)
    broken.refresh_from_db()
    assert (broken.state, broken.why[:13]) == ("failed", "PolicyRefused")


TOO_MUCH = """
CREATE FUNCTION pg_temp.too_much() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.done - OLD.done > {most} THEN
        RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '{code}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER too_much BEFORE UPDATE ON moderation_replayreport FOR EACH ROW EXECUTE FUNCTION pg_temp.too_much();
"""


def too_much(most: int, *, code: str = "57014") -> None:
    """The database cancels chunks of more cases than these."""
    with connection.cursor() as cursor:
        cursor.execute(TOO_MUCH.format(most=most, code=code))


@pytest.mark.parametrize("code", ["57014", "25P04", "53100", "53200"])
def test_a_chunk_that_takes_too_long_is_halved(
    world: World, past: list[Case], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(jobs, "SMALLEST_CHUNK", 1)
    too_much(1, code=code)
    assert run(world)["results"] == 5
    assert ReplayReport.objects.get().chunk == 1


def test_a_smaller_chunk_stays_for_the_next_worker(world: World, past: list[Case]) -> None:
    too_much(2)
    job = jobs.start(STRICTER, queues=QUEUES, by=world.dave)
    assert jobs.work(for_seconds=0)
    job.refresh_from_db()
    assert (job.state, job.done, job.chunk, job.tries) == ("running", 0, jobs.CHUNK // 2, 0)


def test_it_fails_in_words_where_the_smallest_chunk_takes_too_long(world: World, past: list[Case]) -> None:
    too_much(0)
    job = jobs.start(STRICTER, queues=QUEUES, by=world.dave)
    assert not jobs.work(for_seconds=60)
    job.refresh_from_db()
    assert (job.state, job.done, job.tally) == ("failed", 0, {})
    assert job.why.startswith("The database did not manage 1000 cases at once, in 5 tries: canceling statement due to")


def test_what_fails_late_stays_cancelled(world: World, past: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.start(STRICTER, queues=QUEUES, by=world.dave)

    def cancelled_meanwhile(self: jobs._Worker) -> bool:
        jobs.cancel(ReplayReport.objects.get(pk=self.pk), by=world.dave)
        raise ValueError("this chunk")

    monkeypatch.setattr(jobs._Worker, "_chunk", cancelled_meanwhile)
    assert not jobs.work()
    job.refresh_from_db()
    assert (job.state, job.why) == ("cancelled", "")


def test_who_may(world: World, past: list[Case]) -> None:
    job = jobs.start(STRICTER, queues=QUEUES, by=world.dave)
    for person in (world.mallory, world.carol, world.erin):
        with pytest.raises(NotAllowed):
            jobs.start(STRICTER, queues=QUEUES, by=person)
        with pytest.raises(NotAllowed):
            jobs.cancel(job, by=person)
        with pytest.raises(NotAllowed):
            jobs.latest(by=person)
    assert jobs.latest(by=world.dave) == [job]


def test_what_is_no_policy_is_refused(world: World) -> None:
    with pytest.raises(PolicyRefused):
        jobs.start({"rules": [{"queue": "x", "when": {"rejected": {"atLeast": -1}}}]}, queues=QUEUES, by=world.dave)
    assert not ReplayReport.objects.exists()


def test_it_is_found_by_its_policy_and_the_one_it_was_compared_with(world: World, past: list[Case]) -> None:
    run(world)
    assert [one.state for one in jobs.of_policy(read(99, STRICTER), against=1)] == ["finished"]
    assert not jobs.of_policy(read(0, IN_FORCE), against=1)
    assert not jobs.of_policy(read(99, STRICTER), against=2)


def test_old_ones_are_forgotten(world: World, past: list[Case]) -> None:
    run(world)
    assert jobs.forget_old() == 0
    running = jobs.start(STRICTER, queues=QUEUES, by=world.dave)
    ReplayReport.objects.update(created_at=Now() - jobs.KEPT - timedelta(days=1))
    assert jobs.forget_old() == 1
    assert ReplayReport.objects.get() == running, "one under way is no old one"
