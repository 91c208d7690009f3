"""Which actions each state of a task allows. The diagram in docs/states.md is generated from MOVES."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext_lazy

from review.models import ReviewTask

State = ReviewTask.State

MOVES: dict[str, dict[State, State]] = {
    # verb: {from: to}
    "decide": {State.WAITING: State.DECIDED, State.ESCALATED: State.DECIDED},
    "undo": {State.DECIDED: State.WAITING},
    "undo (was escalated)": {State.DECIDED: State.ESCALATED},
    "skip": {State.WAITING: State.WAITING, State.ESCALATED: State.ESCALATED},
    "skip (by the last who could take it)": {State.WAITING: State.ESCALATED},
    "assign": {State.WAITING: State.WAITING, State.ESCALATED: State.ESCALATED},
    "ask": {State.WAITING: State.WAITING, State.ESCALATED: State.ESCALATED},
    "take back": {State.WAITING: State.WAITING, State.SNOOZED: State.WAITING},
    "take back (was escalated)": {State.ESCALATED: State.ESCALATED, State.SNOOZED: State.ESCALATED},
    "take back (an escalation)": {State.ESCALATED: State.WAITING},
    "reopen": {State.DECIDED: State.WAITING},  # as the next round: a task of its own
    "escalate": {State.WAITING: State.ESCALATED, State.ESCALATED: State.ESCALATED},
    "snooze": {State.WAITING: State.SNOOZED, State.ESCALATED: State.SNOOZED},
    "return": {State.SNOOZED: State.WAITING},
    "return (was escalated)": {State.SNOOZED: State.ESCALATED},
    "group": {State.WAITING: State.GROUPED},
    "ungroup": {State.GROUPED: State.WAITING},
    "decide with another": {State.GROUPED: State.DECIDED},
    "undo with another": {State.DECIDED: State.GROUPED},
    "reroute": {
        State.WAITING: State.WAITING,
        State.GROUPED: State.GROUPED,
        State.ESCALATED: State.ESCALATED,
    },
    "move": {
        State.WAITING: State.WAITING,
        State.GROUPED: State.GROUPED,
        State.ESCALATED: State.ESCALATED,
        State.SNOOZED: State.SNOOZED,
    },
    "close": {
        State.WAITING: State.CLOSED,
        State.GROUPED: State.CLOSED,
        State.ESCALATED: State.CLOSED,
        State.SNOOZED: State.CLOSED,
    },
}


_WORDS = {  # of the verbs that people ask for
    "decide": pgettext_lazy("a task cannot …", "decide"),
    "undo": pgettext_lazy("a task cannot …", "undo"),
    "skip": pgettext_lazy("a task cannot …", "skip"),
    "assign": pgettext_lazy("a task cannot …", "assign"),
    "ask": pgettext_lazy("a task cannot …", "ask"),
    "take back": pgettext_lazy("a task cannot …", "take back"),
    "reopen": pgettext_lazy("a task cannot …", "reopen"),
    "escalate": pgettext_lazy("a task cannot …", "escalate"),
    "snooze": pgettext_lazy("a task cannot …", "snooze"),
    "return": pgettext_lazy("a task cannot …", "be brought back"),
    "return (was escalated)": pgettext_lazy("a task cannot …", "be brought back"),
}


class WrongState(Exception):
    """The task's state does not allow the verb; usually another person acted first."""


def after(verb: str, state: str) -> State:
    """The state that `verb` leads to. Raises WrongState where there is no such move."""
    try:
        return MOVES[verb][State(state)]
    except KeyError:
        refused = gettext("A task that is {state} cannot {verb}.")
        raise WrongState(refused.format(state=State(state).label, verb=_WORDS.get(verb, verb))) from None


def back(verb: str, task: ReviewTask) -> State:
    """The state to which `verb` returns the task: once escalated, it never returns to the moderators."""
    return after(f"{verb} (was escalated)" if task.escalated_at else verb, task.state)


def can(verb: str, state: str) -> bool:
    return State(state) in MOVES[verb]
