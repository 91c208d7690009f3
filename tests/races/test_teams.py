"""Two administrators and one team or queue at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from review.models import Queue, Team
from review.queues import configure, teams
from tests.races.conftest import Floor
from tests.races.crowd import held_up
from tests.stage import signed_in


def status_of(floor: Floor, address: str, sent: dict[str, Any]) -> int:
    return int(signed_in(floor.world.dave).post(address, sent).status_code)


@pytest.mark.parametrize("path", ["", "delete"])
def test_a_team_that_is_deleted_meanwhile_is_not_found(floor: Floor, path: str) -> None:
    team = teams.create("Night", people=[floor.world.bob], queues=[floor.world.nudity], by="tests")
    sent = {"name": "Late", "version": teams.EDITED.version(team)}
    send = partial(status_of, floor, f"/manage/teams/{team.pk}/{path}", sent)
    assert held_up(partial(teams.delete, team, by="tests"), send) == [404]


def test_the_second_of_two_teams_of_one_name_is_refused(floor: Floor) -> None:
    made = partial(teams.create, "Night", people=[], queues=[], by="tests")
    assert held_up(made, partial(status_of, floor, "/manage/teams/", {"name": "Night"})) == [422]
    assert Team.objects.count() == 1


def test_the_second_of_two_queues_of_one_short_name_is_refused(floor: Floor) -> None:
    made = partial(configure.save, Queue(slug="night", name="Night"), by="tests")
    sent = {"slug": "night", "name": "Late", "sla_minutes": "30"}
    assert held_up(made, partial(status_of, floor, "/manage/queues/", sent)) == [422]
    assert Queue.objects.get(slug="night").name == "Night"
