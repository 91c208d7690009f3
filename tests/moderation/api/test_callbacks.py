"""The detection service calls back: everything is stored, and nothing it sends is answered with an error."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import App, AuditEvent
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Case, MachineResult, Quarantined
from moderation.runtime.logs import JsonLines, TextLines
from review.models import ReviewTask
from tests.moderation.api.test_health import unreachable
from tests.moderation.contract import bodies
from tests.world import World

ACCESS_KEY = "Kx7pQ2mN9vT4sW1zY6bC"


@pytest.fixture
def url(world: World) -> str:
    return made(world)


def made(world: World, *, app: App | None = None, access_key: str = "") -> str:
    _, secret = addresses.create(name="theirs", app=app or world.web, access_key=access_key, by=world.dave)
    return f"/callbacks/{secret}"


def send(client: Client, url: str, body: Any, **extra: Any) -> Any:
    sent = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(url, sent, content_type=extra.pop("content_type", "application/json"), **extra)


def sealed(result: Any, *, access_key: str = ACCESS_KEY, **fields: Any) -> dict[str, Any]:
    text = json.dumps(result)
    checksum = hashlib.sha256(f"{access_key}{result.get('btId', '')}{text}".encode()).hexdigest()
    return {"checksum": checksum, "result": text} | fields


def success(request_id: str) -> dict[str, Any]:
    return {"code": 1100, "message": "success", "requestId": request_id}


def identities() -> list[tuple[str, str, str]]:
    return list(Case.objects.order_by("request_id", "bt_id").values_list("request_id", "bt_id", "state"))


V4 = bodies.image_v4()["requestId"]
WAITS, KEPT, FAILED = "queued", "recorded", "failed"
SHAPES: list[tuple[Callable[[], Any], str, list[tuple[str, str, str]]]] = [
    (bodies.image_v4, V4, [(V4, "", WAITS)]),
    (lambda: bodies.envelope(appId="web"), V4, [(V4, "", WAITS)]),
    (bodies.failed, "failed-1", [("failed-1", "", FAILED)]),
    (bodies.decision_labels, "decided-1", [("decided-1", "", KEPT)]),
    (bodies.human_combined, "combined-1", [("combined-1", "", KEPT)]),
    (bodies.human_plain, "plain-1", [("plain-1", "", KEPT)]),
    (bodies.batch, "batch-1", [("batch-1", "a", WAITS), ("batch-1", "c", FAILED), ("batch-1_b", "", WAITS)]),
    (lambda: bodies.batch(imgs=[], code=1902), "batch-1", [("batch-1", "", FAILED)]),
    (bodies.query_answer, "", [("q1", "", WAITS), ("q2", "", WAITS), ("q3", "", FAILED)]),
    (lambda: {"contents": bodies.query_answer()["contents"][:1]}, "q1", [("q1", "", WAITS)]),
    (lambda: sealed(bodies.image_v4()), V4, [(V4, "", WAITS)]),
    (lambda: sealed(bodies.batch(), requestId="old"), "old", SHAPE_OF_BATCH := [
        ("batch-1", "a", WAITS), ("batch-1", "c", FAILED), ("batch-1_b", "", WAITS),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "request_id", "cases"), SHAPES)
def test_every_shape_is_taken_in(
    client: Client, url: str, make: Callable[[], Any], request_id: str, cases: list[tuple[str, str, str]]
) -> None:
    answer = send(client, url, make())
    assert (answer.status_code, answer.json()) == (200, success(request_id))
    assert identities() == cases
    assert not Quarantined.objects.exists()


def test_it_is_for_the_app_of_the_address_and_audited_by_its_name(client: Client, world: World) -> None:
    send(client, made(world, app=world.other_app), bodies.image_v4())
    assert Case.objects.get().app == world.other_app
    assert AuditEvent.objects.get(action="case.received").by_name.startswith("callback theirs (")


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("accepts", ["text/html", "application/xml;q=1", "nonsense", "*; q=.2"])
def test_the_media_types_it_names_and_accepts_are_its_own_affair(
    client: Client, url: str, kind: str, accepts: str
) -> None:
    answer = send(client, url, bodies.image_v4(), content_type=kind, headers={"Accept": accepts})
    assert (answer.status_code, answer.json()) == (200, success(V4))


def test_the_same_body_eight_times_is_one_case_and_one_result(client: Client, url: str) -> None:
    assert [send(client, url, bodies.batch()).json() for _ in range(8)] == [success("batch-1")] * 8
    assert (Case.objects.count(), MachineResult.objects.count()) == (3, 3)


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_and_however_often_they_come(client: Client, url: str, seed: int) -> None:
    sent = [bodies.image_v4(), sealed(bodies.image_v4()), bodies.batch(), bodies.query_answer(), bodies.failed()] * 2
    Random(seed).shuffle(sent)
    assert {send(client, url, body).json()["code"] for body in sent} == {1100}
    assert identities() == sorted([(V4, "", WAITS), *SHAPE_OF_BATCH, ("failed-1", "", FAILED)] + SHAPES[8][2])
    assert MachineResult.objects.count() == Case.objects.count()


def test_the_services_own_reviewers_close_our_task(client: Client, url: str) -> None:
    send(client, url, bodies.image_v4(requestId="combined-1"))
    assert ReviewTask.objects.get().state == "waiting"
    send(client, url, bodies.human_combined())
    assert (ReviewTask.objects.get().state, Case.objects.get().state) == ("closed", "final")


@pytest.mark.parametrize("make", [bodies.human_combined, bodies.human_plain])
def test_a_machine_result_that_comes_after_their_verdict_does_not_undo_it(
    client: Client, url: str, make: Callable[[], Any]
) -> None:
    verdict = make() | {"requestId": "r1"}
    for body in (verdict, bodies.image_v4(requestId="r1"), verdict, bodies.failed(requestId="r1")):
        assert send(client, url, body).json()["code"] == 1100
    assert (Case.objects.get().state, ReviewTask.objects.count(), MachineResult.objects.count()) == ("final", 0, 3)


@pytest.mark.parametrize("access_key", ["", ACCESS_KEY])
def test_a_right_checksum_is_right_whether_it_is_verified_or_not(client: Client, world: World, access_key: str) -> None:
    assert send(client, made(world, access_key=access_key), sealed(bodies.image_v4())).json() == success(V4)


def test_a_wrong_checksum_is_kept_where_the_key_is_known_and_ignored_elsewhere(client: Client, world: World) -> None:
    body = sealed(bodies.image_v4(), access_key="another", requestId="r1")
    answer = send(client, made(world, access_key=ACCESS_KEY), body).json()
    assert (answer["code"], answer["requestId"], "/checksum" in answer["message"]) == (1902, "r1", True)
    assert not Case.objects.exists()
    assert send(client, made(world), body).json() == success("r1")


def test_a_body_of_today_needs_no_checksum_where_the_key_is_known(client: Client, world: World) -> None:
    assert send(client, made(world, access_key=ACCESS_KEY), bodies.image_v4()).json() == success(V4)


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "text": (b"hello", ""),
    "no UTF-8": (b"\xff\xfe\x00", ""),
    "NUL": (b'{"requestId": "a\\u0000"}', ""),
    "deep": (b"[" * 10_000, ""),
    "an array": (b"[1]", ""),
    "a number": (b"7", ""),
    "nothing in it": (b'{"requestId": "r1"}', "r1"),
    "a new level": (json.dumps(bodies.image_v4(requestId="r1", riskLevel="BLOCK")).encode(), "r1"),
    "an id that is none": (json.dumps(bodies.image_v4(requestId=["r1"])).encode(), ""),
    "an app of somebody else": (json.dumps(bodies.image_v4(requestId="r1", appId="app")).encode(), "r1"),
}


@pytest.mark.parametrize(("body", "request_id"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_kept_as_it_was_sent(client: Client, url: str, body: bytes, request_id: str) -> None:
    answer = send(client, url, body, CONTENT_TYPE="text/x-theirs; q=1", content_type="text/x-theirs; q=1")
    assert (answer.status_code, answer.json()["code"], answer.json()["requestId"]) == (200, 1902, request_id)
    kept = Quarantined.objects.get()
    assert (bytes(kept.body), kept.content_type, kept.state) == (body, "text/x-theirs; q=1", "waiting")
    assert kept.sha256 == hashlib.sha256(body).hexdigest()
    assert kept.errors
    assert kept.errors[0]["detail"] in answer.json()["message"]
    assert not Case.objects.exists()


def test_an_app_that_nobody_registered_is_only_the_services_name_for_ours(client: Client, url: str) -> None:
    assert send(client, url, bodies.image_v4(appId="default")).json() == success(V4)
    assert Case.objects.get().app.app_id == "web"


def test_one_bad_item_is_kept_and_the_good_ones_are_taken_in(client: Client, url: str) -> None:
    items = [bodies.image_v4(requestId=f"batch-1_{n}", btId=str(n)) for n in range(5)]
    items[3]["riskLevel"] = "BLOCK"
    answer = send(client, url, bodies.batch(imgs=items)).json()
    assert (answer["code"], answer["requestId"]) == (1902, "batch-1")
    assert "/imgs/3/riskLevel" in answer["message"]
    assert [bt_id for _, bt_id, _ in identities()] == ["0", "1", "2", "4"]
    kept = Quarantined.objects.get()
    assert [error["pointer"] for error in kept.errors] == ["/imgs/3/riskLevel"]
    assert sorted(case.bt_id for case in kept.cases.all()) == ["0", "1", "2", "4"]


def test_the_same_body_again_while_it_waits_is_counted(client: Client, world: World, url: str) -> None:
    other = made(world, app=world.other_app)
    for address in (url, url, url, other):
        assert send(client, address, "what?").json()["code"] == 1902
    first, second = Quarantined.objects.order_by("pk")
    assert (first.times_received, second.times_received) == (3, 1)
    assert first.last_received_at > first.received_at
    assert AuditEvent.objects.filter(action="quarantine.kept").count() == 2
    Quarantined.objects.filter(pk=first.pk).update(state="dismissed")
    send(client, url, "what?")
    assert Quarantined.objects.count() == 3


def test_a_fault_of_ours_loses_nothing_and_is_not_the_senders(
    client: Client, url: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CASE_HANDOVER = f"{__name__}.broken_handover"
    assert send(client, url, bodies.image_v4()).json()["code"] == 1902
    assert "the workbench is on fire" in caplog.text
    assert json.loads(bytes(Quarantined.objects.get().body)) == bodies.image_v4()
    assert "This service failed" in Quarantined.objects.get().errors[0]["detail"]


def broken_handover(*_: Any, **__: Any) -> None:
    raise RuntimeError("the workbench is on fire")


def test_a_key_that_was_sealed_under_another_secret_key_loses_nothing(
    client: Client, world: World, settings: Any
) -> None:
    url = made(world, access_key=ACCESS_KEY)
    settings.SECRET_KEY = "another-" + "1" * 40
    assert send(client, url, sealed(bodies.image_v4())).json()["code"] == 1902
    assert Quarantined.objects.count() == 1


def test_a_compressed_body_is_a_415_and_one_too_large_a_413_and_neither_is_stored(client: Client, url: str) -> None:
    assert send(client, url, b"\x1f\x8b", headers={"Content-Encoding": "gzip"}).status_code == 415
    too_large = 16 * 1024 * 1024 + 1
    assert send(client, url, "{}", CONTENT_LENGTH=str(too_large)).status_code == 413
    assert send(client, url, b"x" * too_large).status_code == 413
    assert not Quarantined.objects.exists()


def test_every_address_that_is_not_live_gets_the_same_404(client: Client, world: World) -> None:
    row, secret = addresses.create(name="old", app=world.web, by=world.dave)
    addresses.revoke(row, by=world.dave)
    live = made(world)
    unknown = [f"/callbacks/{secret}", f"{live}x", live[:-1], "/callbacks/" + live.split("/")[-1].swapcase()]
    unknown += ["/callbacks/%00", "/callbacks/%ff", "/callbacks/x"]
    answers = [send(client, url, bodies.image_v4()) for url in unknown]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert secret not in answers[0].content.decode()
    assert send(client, live, bodies.image_v4()).status_code == 200
    assert Case.objects.count() == 1


def test_the_address_is_asked_for_before_the_body_is_read(client: Client, world: World) -> None:
    assert send(client, "/callbacks/nobody", b"\x1f", headers={"Content-Encoding": "gzip"}).status_code == 404


def test_only_a_post_calls_back(client: Client, url: str) -> None:
    for method in (client.get, client.put, client.delete, client.patch):
        assert method(url).status_code == 405


def test_a_session_or_an_access_key_opens_no_address(client: Client, world: World) -> None:
    client.force_login(world.dave)
    body = json.dumps(bodies.image_v4())
    answer = client.post("/callbacks/nobody", body, content_type="application/json", headers=world.bearer)
    assert answer.status_code == 404


def test_the_secret_and_the_key_are_kept_nowhere_in_clear(client: Client, world: World) -> None:
    secret = made(world, access_key=ACCESS_KEY).removeprefix("/callbacks/")
    send(client, f"/callbacks/{secret}", "what?")
    tables = (CallbackAddress, Quarantined, AuditEvent)
    kept = str([list(table.objects.values()) for table in tables])
    assert secret not in kept
    assert ACCESS_KEY not in kept


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_nothing_is_acknowledged_and_the_log_keeps_the_secret(
    client: Client, world: World, readable: bool
) -> None:
    url = made(world)
    body = bodies.image_v4() if readable else "what?"
    lines = StringIO()
    for formatter in (TextLines("{levelname} {message}", style="{"), JsonLines()):
        handler = logging.StreamHandler(lines)
        handler.setFormatter(formatter)
        logging.getLogger("django.request").addHandler(handler)
        try:
            with unreachable():
                answers = [send(client, url, body)]
            with read_only():
                answers.append(send(client, url, body))
        finally:
            logging.getLogger("django.request").removeHandler(handler)
        assert {(answer.status_code, answer["Retry-After"]) for answer in answers} == {(503, "5")}
    assert lines.getvalue().count("/callbacks/[secret]") >= 2
    assert url.removeprefix("/callbacks/") not in lines.getvalue()
    assert (Case.objects.count(), Quarantined.objects.count()) == (0, 0)
    assert send(client, url, body).json()["code"] == (1100 if readable else 1902)


@pytest.mark.parametrize(
    "line", ["/callbacks/abc_DEF-1", 'GET "https://h/callbacks/abc_DEF-1?x=1"', "'/callbacks/abc_DEF-1/'"]
)
def test_no_log_line_shows_a_secret(line: str) -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 0, "said %s", (line,), None)
    for formatter in (TextLines(), JsonLines()):
        written = formatter.format(record)
        assert "abc_DEF" not in written
        assert "/callbacks/[secret]" in written


@contextmanager
def read_only() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
