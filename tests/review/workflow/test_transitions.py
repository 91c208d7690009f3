"""Every verb in every state, and the page that shows them."""

from __future__ import annotations

from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from review.models import ReviewTask
from review.workflow.transitions import MOVES, State, WrongState, after, can

W, A, E, H, D, C = State.WAITING, State.GROUPED, State.ESCALATED, State.SNOOZED, State.DECIDED, State.CLOSED

EXPECTED = {
    # verb: where it leads from waiting, attached, escalated, on hold, decided, closed
    "decide": (D, None, D, None, None, None),
    "undo": (None, None, None, None, W, None),
    "undo (was escalated)": (None, None, None, None, E, None),
    "skip": (W, None, E, None, None, None),
    "skip (by the last who could take it)": (E, None, None, None, None, None),
    "assign": (W, None, E, None, None, None),
    "ask": (W, None, E, None, None, None),
    "take back": (W, None, None, W, None, None),
    "take back (was escalated)": (None, None, E, E, None, None),
    "take back (an escalation)": (None, None, W, None, None, None),
    "reopen": (None, None, None, None, W, None),
    "escalate": (E, None, E, None, None, None),
    "snooze": (H, None, H, None, None, None),
    "return": (None, None, None, W, None, None),
    "return (was escalated)": (None, None, None, E, None, None),
    "group": (A, None, None, None, None, None),
    "ungroup": (None, W, None, None, None, None),
    "decide with another": (None, D, None, None, None, None),
    "undo with another": (None, None, None, None, A, None),
    "reroute": (W, A, E, None, None, None),
    "move": (W, A, E, H, None, None),
    "close": (C, C, C, C, None, None),
}
CELLS = [(verb, state, EXPECTED[verb][n]) for verb, (n, state) in product(EXPECTED, enumerate((W, A, E, H, D, C)))]


def test_the_table_names_every_verb_and_every_state() -> None:
    assert set(EXPECTED) == set(MOVES)
    assert {state for _, state, _ in CELLS} == set(ReviewTask.State)


@pytest.mark.parametrize(("verb", "state", "expected"), CELLS)
def test_a_verb_leads_where_the_table_says_or_is_refused(verb: str, state: State, expected: State | None) -> None:
    assert can(verb, state) == (expected is not None)
    if expected is None:
        with pytest.raises(WrongState):
            after(verb, state)
    else:
        assert after(verb, state) == expected


def test_the_page_in_the_docs_is_drawn_from_the_moves() -> None:
    drawn = StringIO()
    call_command("states", stdout=drawn)
    assert (Path(settings.BASE_DIR) / "docs" / "states.md").read_text() == drawn.getvalue()
