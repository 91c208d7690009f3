"""When the next attempt is due. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.outbound.retry_after import A_YEAR, asked_wait
from moderation.webhooks.schedule import LONGEST, SCHEDULE, wait_after

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
NOTHING = timedelta()
HOUR = timedelta(hours=1)


def wait(attempts: int, *, asked: timedelta = NOTHING, chance: float = 0.5) -> timedelta | None:
    return wait_after(attempts, asked=asked, chance=lambda: chance)


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    seconds = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert [step.total_seconds() for step in SCHEDULE] == seconds


def test_without_jitter_each_wait_is_the_next_of_the_schedule() -> None:
    assert [wait(attempts) for attempts in range(1, 10)] == list(SCHEDULE[1:])


def test_after_ten_attempts_it_is_given_up() -> None:
    assert wait(10) is wait(11) is None


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_a_fifth(attempts: int, chance: float) -> None:
    found = wait(attempts, chance=chance)
    assert found is not None
    assert SCHEDULE[attempts] * 0.8 <= found <= SCHEDULE[attempts] * 1.2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (timedelta(seconds=-5), timedelta(minutes=5)),
        (timedelta(seconds=60), timedelta(minutes=5)),
        (HOUR, HOUR),
        (timedelta(days=3), LONGEST),
    ],
)
def test_a_receivers_wish_is_clamped_between_the_schedule_and_a_day(asked: timedelta, expected: timedelta) -> None:
    assert wait(2, asked=asked) == expected


def test_no_wish_shortens_the_last_wait() -> None:
    assert wait(9, asked=timedelta(days=9), chance=0.99) == SCHEDULE[9] * (1 + 0.2 * 0.98)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("3600", HOUR),
        (" 3600 ", HOUR),
        ("0", NOTHING),
        ("1000000000", A_YEAR),
        ("9" * 5000, A_YEAR),
        ("-5", NOTHING),
        ("3600.5", NOTHING),
        ("١٢", NOTHING),
        ("soon", NOTHING),
        ("", NOTHING),
        (None, NOTHING),
        ("Sat, 21 Nov 2026 15:00:00 GMT", HOUR),
        ("Sat, 21 Nov 2026 16:00:00 +0100", HOUR),
        ("Sat, 21 Nov 2026 13:00:00 GMT", -HOUR),
        ("Sat, 99 Nov 2026 15:00:00 GMT", NOTHING),
        ("2026-11-21T15:00:00Z", NOTHING),
    ],
)
def test_what_a_retry_after_header_asks_for(header: str | None, expected: timedelta) -> None:
    assert asked_wait(header, now=NOW) == expected


@given(
    st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,9}( [0-9:]{1,12})?( \S+)?")
)
def test_no_header_can_break_the_schedule(header: str) -> None:
    found = wait(1, asked=asked_wait(header, now=NOW))
    assert found is not None
    assert timedelta(seconds=5) <= found <= LONGEST
