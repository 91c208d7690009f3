"""Searches people keep and share."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from review.cases import saved_views
from review.models import SavedView
from review.queues import configure
from review.refusals import NotAcceptable
from tests.world import World


def save(by: User, *, name: str = "Urgent", query: str = "label=porn", shared: bool = False) -> SavedView:
    return saved_views.save(name=name, query=query, shared=shared, by=by)


def seen(user: User) -> list[str]:
    return [view.name for view in saved_views.seen_by(user)]


def test_a_view_is_its_owners(world: World) -> None:
    save(world.alice)
    assert seen(world.alice) == ["Urgent"]
    assert seen(world.bob) == seen(world.dave) == []


def test_a_shared_one_is_everybodys_who_sees_cases(world: World) -> None:
    save(world.alice, shared=True)
    for person in (world.bob, world.carol, world.dave, world.erin):
        assert seen(person) == ["Urgent"]
    assert seen(world.mallory) == []


def test_a_view_over_a_queue_is_for_who_may_see_it(world: World) -> None:
    save(world.alice, query="queue=nudity", shared=True)
    configure.set_members(world.default, [world.mallory], by="tests")
    assert seen(world.mallory) == []
    assert seen(world.erin) == ["Urgent"]


def test_the_same_name_again_changes_what_it_stands_for(world: World) -> None:
    save(world.alice)
    save(world.bob)
    save(world.alice, query="state=open", shared=True)
    assert SavedView.objects.get(owner=world.alice).query == "state=open"
    assert SavedView.objects.count() == 2


def test_only_what_says_something_is_kept(world: World) -> None:
    view = save(world.alice, query="q=&label= porn &state=&queue=nudity&since=")
    assert view.query == "label=porn&queue=nudity"


@pytest.mark.parametrize(
    "query",
    [
        *("", "q=", "order=id", "cursor=x", "q=x&csrfmiddlewaretoken=y", "queue=secret", "state=lost"),
        *("since=yesterday", "sha256=zz", "decidedBy=mallory@example.test", "q=" + "x" * 258, "q=a%00b"),
    ],
)
def test_what_the_page_would_refuse_is_not_kept(world: World, query: str) -> None:
    with pytest.raises(NotAcceptable, match="/query"):
        save(world.alice, query=query)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b"])
def test_a_view_has_a_name(world: World, name: str) -> None:
    with pytest.raises(NotAcceptable, match="/name"):
        save(world.alice, name=name)


def test_nobody_keeps_views_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    for name in ("a", "b", "a"):
        save(world.alice, name=name)
    with pytest.raises(NotAcceptable, match="/name"):
        save(world.alice, name="c")


def test_who_sees_no_cases_keeps_no_views(world: World) -> None:
    with pytest.raises(NotAllowed):
        save(world.mallory)


def test_only_the_owner_deletes_a_view(world: World) -> None:
    view = save(world.alice, shared=True)
    for person in (world.bob, world.carol, world.dave, world.mallory):
        with pytest.raises(SavedView.DoesNotExist):
            saved_views.delete(view.pk, by=person)
    saved_views.delete(view.pk, by=world.alice)
    assert seen(world.alice) == []


def test_both_are_audited_or_do_not_happen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = save(world.alice)
    saved_views.delete(view.pk, by=world.alice)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "view.saved",
        "view.deleted",
    ]
    monkeypatch.setattr("review.cases.saved_views.audit.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(world.alice)
    assert not SavedView.objects.exists()
