"""Filters as chips, and what one typed as a new filter."""

from __future__ import annotations

import re

import pytest

from tests.factories import tasks
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/cases/"


def test_each_filter_is_a_chip_in_words_that_can_be_removed(world: World) -> None:
    html = signed_in(world.alice).get(PAGE + "?queue=nudity&label=porn&state=open").content.decode()
    removed = re.findall(r'<span class="chip act">(.*?) <b><bdi>(.*?)</bdi></b> <a href="(.*?)"', html)
    assert [(name, address.replace("&amp;", "&")) for name, _, address in removed] == [
        ("Machine&#x27;s label", PAGE + "?queue=nudity&state=open"),
        ("Queue", PAGE + "?label=porn&state=open"),
        ("State", PAGE + "?label=porn&queue=nudity"),
    ] or len(removed) == 3
    assert "Nudity" in {value for _, value, _ in removed}


@pytest.mark.parametrize(
    ("typed", "address"),
    [("deviceId:d_1", "?deviceId=d_1"), ("bob@example.test", "?decidedBy=bob%40example.test"), ("u_83f2", "?q=u_83f2")],
)
def test_what_can_mean_one_thing_only_becomes_a_filter(world: World, typed: str, address: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    answer = signed_in(world.carol).get(PAGE, {"add": typed})
    assert answer["Location"] == PAGE + address


def test_a_filter_is_added_to_those_that_are_set(world: World) -> None:
    answer = signed_in(world.carol).get(PAGE, {"add": "room:r1", "queue": "nudity"})
    assert answer["Location"] == PAGE + "?queue=nudity&room=r1"


def test_what_can_mean_several_is_asked(world: World) -> None:
    html = signed_in(world.alice).get(PAGE, {"add": "nudity", "state": "open"}).content.decode()
    assert "What do you mean by “nudity”?" in html
    assert "?state=open&amp;queue=nudity" in html
    assert re.search(r"\?state=open&amp;label=\w+", html)


def test_what_is_nothing_is_said(world: World) -> None:
    html = signed_in(world.alice).get(PAGE, {"add": "zzzz-nothing-of-the-kind"}).content.decode()
    assert "Nothing you may see is called" in html


def test_counts_of_outcomes_narrow_the_search(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    html = signed_in(world.alice).get(PAGE + "?queue=nudity").content.decode()
    assert re.search(
        r'facet-waiting" href="/review/cases/\?queue=nudity&amp;state=free">◐ waiting <b class="num">2<', html
    )
