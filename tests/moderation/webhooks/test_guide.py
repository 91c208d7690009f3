"""The customers' guide: its Python example verifies what we send, and its table is the schedule that we keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.schedule import SCHEDULE
from tests.factories import endpoints
from tests.moderation.webhooks.answers import decided
from tests.moderation.webhooks.receiver import Receiver
from tests.processes import ROOT
from tests.world import World

GUIDE = Path(ROOT, "docs", "webhooks.md").read_text()
UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}


@pytest.fixture
def receive() -> Callable[..., tuple[int, Any]]:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own text
    found: Callable[..., tuple[int, Any]] = names["receive"]
    return found


def test_the_python_example_accepts_what_we_send_and_nothing_else(
    world: World, receiver: Receiver, receive: Callable[..., tuple[int, Any]]
) -> None:
    _, secret = endpoints.subscribed(url=receiver.url)
    _, another = endpoints.subscribed(name="another")
    decided(world, requestId="r1")
    deliver_due()
    (got, *_rest) = receiver.received
    status, event = receive(got.body, got.headers, secret)
    assert (status, event["data"]["requestId"]) == (200, "r1")
    assert receive(got.body + b" ", got.headers, secret) == (401, None)
    assert receive(got.body, got.headers, another) == (401, None)
    assert receive(got.body, {}, secret) == (401, None)


def test_its_table_of_attempts_is_the_schedule() -> None:
    rows = re.findall(r"^\| (\d+) \| (?:(\d+) (s|min|h)|at once)", GUIDE, re.MULTILINE)
    told = [timedelta(**{UNITS[unit]: int(number)}) if unit else timedelta() for _, number, unit in rows]
    assert told == list(SCHEDULE)
