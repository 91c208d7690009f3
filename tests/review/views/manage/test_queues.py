"""The list of queues and what makes, pauses and closes one."""

from __future__ import annotations

from review.models import Queue, QueueJob, ReviewTask
from review.queues import close, configure
from tests.factories import tasks
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/manage/queues/"


def test_a_queue_is_made_and_its_page_opens(world: World) -> None:
    dave = signed_in(world.dave)
    sent = {"name": "Ads", "name_zh": "广告", "slug": "ads", "sla_minutes": "30"}
    answer = dave.post(PAGE, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}ads/")
    assert dave.get(f"{PAGE}ads/").status_code == 200
    again = dave.post(PAGE, sent)
    assert again.status_code == 422
    assert 'value="广告"' in again.content.decode()
    assert Queue.objects.filter(slug="ads").count() == 1


def test_the_list_tells_what_matters(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    configure.set_members(world.default, [], by="tests")
    dave = signed_in(world.dave)
    dave.post(f"{PAGE}nudity/pause", {"reason": "new guideline"})
    html = dave.get(PAGE).content.decode()
    for told in ("Nudity", "new guideline", "60 min", "default"):
        assert told in html
    assert inline_code(html) == []
    for person in (world.alice, world.carol, world.erin):
        assert signed_in(person).get(PAGE).status_code == 403


def test_it_is_paused_and_resumed(world: World) -> None:
    dave = signed_in(world.dave)
    answer = dave.post(f"{PAGE}nudity/pause", {"reason": "new guideline"}, follow=True)
    assert "new guideline" in answer.content.decode()
    again = dave.post(f"{PAGE}nudity/pause", {"reason": "another"}, follow=True)
    assert "paused already" in again.content.decode()
    assert "paused" in signed_in(world.alice).get("/").content.decode()
    dave.post(f"{PAGE}nudity/resume")
    assert Queue.objects.get(slug="nudity").paused_at is None


def test_it_is_closed_with_its_count_and_typed(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    dave = signed_in(world.dave)
    assert '<b class="num">2</b> cases move' in dave.get(f"{PAGE}nudity/close").content.decode()
    assert dave.post(f"{PAGE}nudity/close", {"into": "default", "typed": "nud"}).status_code == 422
    assert QueueJob.objects.count() == 0
    answer = dave.post(f"{PAGE}nudity/close", {"into": "default", "typed": "nudity"}, follow=True)
    assert "0 of 2 cases are moved" in answer.content.decode()
    close.move_left(for_seconds=5)
    assert set(ReviewTask.objects.values_list("queue__slug", flat=True)) == {"default"}
    assert "cases are moved" not in dave.get(f"{PAGE}nudity/jobs").content.decode()
    dave.post(f"{PAGE}nudity/reopen")
    assert Queue.objects.get(slug="nudity").closed_at is None


def test_the_default_queue_is_not_closed(world: World) -> None:
    answer = signed_in(world.dave).post(f"{PAGE}default/close", {"into": "nudity", "typed": "default"})
    assert answer.status_code == 422
    assert "default queue" in answer.content.decode()
