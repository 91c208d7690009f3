"""Whatever is posted to a callback address is answered with 200 and stored; nothing is an error of ours."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.contract import json_text
from moderation.models import Case, Quarantined
from tests.moderation.api.test_callbacks import ACCESS_KEY, made, sealed, send
from tests.moderation.contract import bodies
from tests.moderation.contract.test_any_json import disturbed, values
from tests.world import World

# The door is the same for every example, and so is the database: what one leaves there is no other's business.
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def old_envelope() -> dict[str, Any]:
    return sealed(bodies.batch())


SHAPES = [*bodies.CALLBACKS, old_envelope]


def check_stored(client: Client, url: str, body: bytes, kind: str = "application/json") -> None:
    Quarantined.objects.all().delete()
    answer = send(client, url, body, CONTENT_TYPE=kind, content_type=kind)
    told = answer.json()
    assert (answer.status_code, set(told)) == (200, {"code", "message", "requestId"})
    if told["code"] == 1100:
        assert Case.objects.exists()
        assert not Quarantined.objects.exists()
    else:
        assert told["code"] == 1902
        assert bytes(Quarantined.objects.get().body) == body
        assert "This service failed" not in told["message"]


@many
@given(body=st.binary(max_size=300), kind=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300))
def test_any_bytes(client: Client, world: World, body: bytes, kind: str) -> None:
    check_stored(client, made(world), body, kind)


@many
@given(body=values)
def test_any_json(client: Client, world: World, body: Any) -> None:
    check_stored(client, made(world), json_text.dumps(body).encode(errors="surrogatepass"))


@many
@given(body=disturbed(SHAPES), verified=st.booleans())
def test_any_value_anywhere_in_any_shape(client: Client, world: World, body: Any, verified: bool) -> None:
    url = made(world, access_key=ACCESS_KEY if verified else "")
    check_stored(client, url, json_text.dumps(body).encode(errors="surrogatepass"))


@many
@given(body=st.sampled_from(SHAPES), data=st.data())
def test_any_shape_cut_or_scratched(client: Client, world: World, body: Any, data: st.DataObject) -> None:
    text = json.dumps(body()).encode()
    place = data.draw(st.integers(0, len(text) - 1))
    scratch = data.draw(st.sampled_from([b"", b"\x00", b"\xff", b'"', b"}", b"[", b"1e999", b"NaN", b"\\ud800"]))
    rest = data.draw(st.sampled_from([b"", text[place + 1 :]]))
    check_stored(client, made(world), text[:place] + scratch + rest)


def test_numbers_beyond_any_column(client: Client, world: World) -> None:
    for number in (2**31, 2**63, 10**99, Decimal("1e308"), Decimal("-1e-308")):
        for field in ("code", "resultType", "finalResult"):
            check_stored(client, made(world), json_text.dumps(bodies.image_v4(**{field: number})).encode())
