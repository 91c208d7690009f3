"""Who sees a case that policy decided alone, how searches count it, and where it is opened again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from moderation.models import Case
from moderation.policy_versions import store
from review.cases import decided_by_policy, find, outcome_counts, search
from review.cases.search import Filters
from review.models import DecidedCase, DecidedCaseBackfill, Queue, ReviewTask
from review.permissions import can_see_case, cases_seen_by
from review.queues.close import close
from review.workflow.reopen import reopen
from tests import world as cast
from tests.factories.policy_decisions import PASSED, REJECTED, REVIEWED, SECTION, send
from tests.review.pictures import with_pictures
from tests.world import World

RULES: list[dict[str, Any]] = [{"queue": "nudity", "when": {"label": ["porn"]}}]


@pytest.fixture
def decided(world: World) -> Case:
    store.put_in_force({"rules": RULES, "sections": [SECTION]}, by="tests")
    return send(world, REJECTED).case


@pytest.fixture
def lea(world: World) -> User:
    """A lead of another queue."""
    lea = cast.person("lea", Role.LEAD)
    cast.queue("other", members=[lea])
    return lea


def seen_by(world: World, *more: User) -> set[str]:
    everybody = [*world.people, *more]
    listed = {str(one) for one in everybody if cases_seen_by(one).exists()}
    assert listed == {str(one) for one in everybody if can_see_case(one, Case.objects.get().pk)}
    return listed


def test_leads_of_the_queue_in_which_it_would_have_waited_see_it(world: World, decided: Case, lea: User) -> None:
    assert seen_by(world, lea) == {"Carol", "Dave", "Erin"}


def test_a_lead_who_still_practises_there_does_not(world: World, decided: Case) -> None:
    world.nudity.memberships.filter(user=world.carol).update(practises=True)
    assert seen_by(world) == {"Dave", "Erin"}


def test_its_members_see_it_once_it_waited(world: World, decided: Case, lea: User) -> None:
    reopen(decided.pk, by=world.carol)
    assert seen_by(world, lea) == {"Alice", "Bob", "Carol", "Dave", "Erin"}


def test_a_case_without_a_rule_is_the_default_queues(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED)
    assert DecidedCase.objects.get().queue == world.default


def test_another_result_keeps_another_queue(world: World, decided: Case) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, PASSED)
    assert DecidedCase.objects.get().queue == world.default


def test_what_waits_or_is_only_recorded_keeps_none(world: World) -> None:
    store.put_in_force({"rules": RULES, "sections": [SECTION]}, by="tests")
    send(world, REVIEWED)
    store.put_in_force({}, by="tests")
    send(world, REJECTED, request="r2", riskLevel="REJECT", finalResult=1)
    assert not DecidedCase.objects.exists()


def test_it_is_reopened_where_it_would_have_waited_then(world: World, decided: Case) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    task = reopen(decided.pk, by=world.carol, note="art")
    assert (task.queue, task.owner) == (world.nudity, world.carol)


def test_a_lead_of_another_queue_and_an_auditor_cannot_reopen_it(world: World, decided: Case, lea: User) -> None:
    for person in (lea, world.erin, world.alice):
        with pytest.raises(NotAllowed):
            reopen(decided.pk, by=person)


@pytest.mark.parametrize(("name", "reopens"), [("carol", True), ("dave", True), ("erin", False)])
def test_its_page_offers_to_reopen_it(world: World, decided: Case, client: Client, name: str, reopens: bool) -> None:
    with_pictures(Case.objects.all())
    client.force_login(getattr(world, name))
    page = client.get(f"/review/cases/{decided.pk}/").content.decode()
    assert (f'action="/review/cases/{decided.pk}/reopen"' in page) is reopens
    assert "rejected by policy" in page


def test_searches_count_it_by_name(world: World, decided: Case) -> None:
    send(world, PASSED, request="r2")
    send(world, REJECTED, request="r3")
    reopen(decided.pk, by=world.carol)
    counted = outcome_counts.count(Filters(), user=world.carol)
    assert counted is not None
    assert counted.by_kind == {"waiting": 1, "policy-passed": 1, "policy-rejected": 1}
    listed = [case.request_id for case in search.find(Filters(), user=world.carol).cases]
    assert listed == ["r3", "r2", "r1"], "the reopened one, seen in two ways, once"
    assert [case.request_id for case in find.find("r1", user=world.carol).cases] == ["r1"]


def test_searches_find_it_by_what_policy_decided(world: World, decided: Case, client: Client) -> None:
    send(world, PASSED)  # the machine says something else, and policy corrects itself
    send(world, REJECTED, request="r2")
    found = {state: search.find(Filters(state=state), user=world.carol).cases for state in search.BY_POLICY}
    assert {state: [case.request_id for case in cases] for state, cases in found.items()} == {
        "policy_passed": ["r1"],
        "policy_rejected": ["r2"],
    }
    client.force_login(world.carol)
    page = client.get("/review/cases/").content.decode()
    assert 'href="/review/cases/?state=policy_passed">○ passed by policy <b class="num">1<' in page


def test_members_find_by_it_what_had_waited_for_them(world: World, decided: Case) -> None:
    """Its task is closed; of others they see nothing."""
    waited = send(world, REVIEWED, request="r2").case
    send(world, REJECTED, request="r2")
    assert ReviewTask.objects.get(case=waited).state == ReviewTask.State.CLOSED
    for who, listed in ((world.alice, ["r2"]), (world.carol, ["r2", "r1"]), (world.erin, ["r2", "r1"])):
        found = search.find(Filters(state="policy_rejected"), user=who).cases
        assert [case.request_id for case in found] == listed


def test_a_closed_queues_case_is_reopened_in_the_queue_that_took_over(world: World, decided: Case) -> None:
    close(world.nudity, into=world.default, by="tests")
    assert reopen(decided.pk, by=world.carol).queue == world.default


def test_maintenance_keeps_the_queues_of_older_ones_by_the_rules_of_then(world: World, decided: Case) -> None:
    send(world, REVIEWED, request="r2")
    store.put_in_force({"sections": [SECTION]}, by="tests")
    newer = send(world, PASSED, request="r3").case
    DecidedCase.objects.all().delete()
    DecidedCaseBackfill.objects.update_or_create(pk=1, defaults={"below": newer.pk})
    assert (decided_by_policy.keep_older(for_seconds=5), decided_by_policy.keep_older(for_seconds=5)) == (2, 0)
    assert dict(DecidedCase.objects.values_list("case", "queue__slug")) == {decided.pk: "nudity", newer.pk: "default"}
    assert DecidedCaseBackfill.objects.get().below == 0


def test_one_that_cannot_be_read_keeps_no_other_from_its_turn(world: World, decided: Case) -> None:
    newer = send(world, REJECTED, request="r2").case
    Case.objects.filter(pk=newer.pk).update(request="{")
    DecidedCase.objects.all().delete()
    DecidedCaseBackfill.objects.update_or_create(pk=1, defaults={"below": newer.pk})
    assert decided_by_policy.keep_older(for_seconds=5) == 1
    assert DecidedCase.objects.get().case == decided


def test_whoever_leads_the_queue_that_took_over_sees_it(world: World, decided: Case, lea: User) -> None:
    close(world.nudity, into=Queue.objects.get(slug="other"), by="tests")
    assert seen_by(world, lea) == {"Carol", "Dave", "Erin", "Lea"}
    with pytest.raises(NotAllowed):
        reopen(decided.pk, by=world.carol)
    assert reopen(decided.pk, by=lea).queue.slug == "other"


def test_a_lead_finds_it_where_its_task_is_in_another_queue(world: World, decided: Case, lea: User) -> None:
    """The lead does not see the cases of the queue in which it waits."""
    reopen(decided.pk, by=world.carol)
    DecidedCase.objects.update(queue=Queue.objects.get(slug="other"))
    for filters in (Filters(), Filters(state="open"), Filters(queue=world.nudity)):
        assert [case.pk for case in search.find(filters, user=lea).cases] == [decided.pk], filters
        assert [case.pk for case in search.find(filters, user=world.carol).cases] == [decided.pk], filters
    assert not search.find(Filters(queue=Queue.objects.get(slug="other")), user=lea).cases
