"""After the faults: wait until nothing is outstanding, by what the API says, and keep what it says then."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.actors.http import Answer, Caller, NoAnswer
from tests.faults.actors.senders import SHARES, waiting
from tests.faults.options import Run

PROMISED_SECONDS = 60
PAGE = 500
LISTS = {"cases": "/api/v1/results", "deliveries": "/api/v1/deliveries", "events": "/api/v1/events"}
UNACCOUNTED = "second_look_unaccounted"
Meanwhile = Callable[[], None]


@dataclass(slots=True)
class Drained:
    """`seconds` from the end of the faults until nothing was outstanding; None: never. `left` says what still was."""

    seconds: float | None = None
    left: str = ""
    redelivered: int = 0  # dead deliveries that were sent once more, as an operator does


def wait(run: Run, *, since: float, meanwhile: Meanwhile) -> Drained:
    drained = Drained()
    caller = Caller(run.places.web, {"Authorization": run.furnished["bearer"]})
    while time.time() < since + run.options.drain_seconds:
        meanwhile()
        try:
            drained.left = _left(run, caller, drained)
        except NoAnswer as error:
            drained.left = f"the API does not answer ({error})"
        if not drained.left:
            drained.seconds = round(time.time() - since, 1)
            return drained
        time.sleep(0.5)
    return drained


def _left(run: Run, caller: Caller, drained: Drained) -> str:
    """What is outstanding, in words; empty when nothing is."""
    if not all(run.places.finished(channel).exists() for channel in SHARES):
        return "a sender sends again what was not answered"
    if count := waiting(_got(caller, "/metrics")):
        return f"{count:g} cases wait for a person"
    if _items(caller, "/api/v1/results?state=queued&limit=1"):
        return "a case is queued, or its verdict can be undone"
    for dead in _items(caller, "/api/v1/deliveries?state=dead&limit=100"):
        drained.redelivered += caller.post(f"/api/v1/deliveries/{dead['id']}/redeliver", {}).status == 200
    for state in ("pending", "paused"):
        if pending := _items(caller, f"/api/v1/deliveries?state={state}&limit=100"):
            return f"{len(pending)} or more deliveries are {state}, {pending[0]['webhookId']} for one"
    return ""


def keep_what_the_api_says(run: Run, *, meanwhile: Meanwhile) -> None:
    """All cases, deliveries and events, page by page, and what the metrics say is unaccounted."""
    caller = Caller(run.places.web, {"Authorization": run.furnished["bearer"]}, timeout=60)
    for name, path in LISTS.items():
        with (run.places.folder / f"{name}.jsonl").open("w") as file:
            for one in _all(caller, path, cursor="after" if name == "events" else "cursor", meanwhile=meanwhile):
                file.write(json.dumps(_kept(one)) + "\n")
    lines = _got(caller, "/metrics").body.decode().splitlines()
    found = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(UNACCOUNTED)]
    (run.places.folder / "unaccounted.json").write_text(json.dumps(sum(found)))


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    """Without the bodies: of the final one its verdict."""
    final = one.get("finalResult")
    told = {name: value for name, value in one.items() if name not in ("finalResult", "machineResult")}
    return told | ({"riskLevel": final["riskLevel"]} if final else {})


def _all(caller: Caller, path: str, *, cursor: str, meanwhile: Meanwhile) -> Iterator[dict[str, Any]]:
    following = ""
    while True:
        meanwhile()
        page = _got(caller, f"{path}?limit={PAGE}{f'&{cursor}={following}' if following else ''}").json()
        yield from page["items"]
        following = page["next"]
        if not following or (cursor == "after" and not page["items"]):
            return


def _items(caller: Caller, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = _got(caller, path).json()["items"]
    return items


def _got(caller: Caller, path: str) -> Answer:
    """Insists for a while: processes may still be starting."""
    for _ in range(20):
        try:
            answer = caller.get(path)
            if answer.status == 200:
                return answer
        except NoAnswer:
            pass
        time.sleep(0.3)
    raise NoAnswer(path)
