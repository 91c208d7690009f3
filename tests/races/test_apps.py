"""Two administrators on the page of the apps at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

from accounts.models import App, AuditEvent
from tests.races.conftest import Floor
from tests.races.crowd import held_up
from tests.stage import signed_in


def test_an_app_that_two_register_at_once_is_refused_to_one(floor: Floor) -> None:
    dave = signed_in(floor.world.dave)
    sent = {"app_id": "shop", "name": "Shop", "locations_count_in": "upright"}
    sent |= {"uncovered": "review", "on_engine_failure": "fail"}
    first = partial(App.objects.create, app_id="shop", name="Theirs")
    (answer,) = held_up(first, partial[Any](dave.post, "/manage/apps/new/", sent))
    assert (answer.status_code, "registered already" in answer.content.decode()) == (422, True)
    assert App.objects.get(app_id="shop").name == "Theirs"
    assert not AuditEvent.objects.filter(action="app.registered", details__app_id="shop").exists()
