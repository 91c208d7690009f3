"""The sentence of each refusal, which stage, grid and case page share."""

from __future__ import annotations

import pytest
from django.utils import translation

from review import refusals
from review.presentation.strings.refusals import refusal_text
from review.refusals import (
    AlreadyDecided,
    LeaseLost,
    NotAcceptable,
    NotForGrid,
    Refused,
    ResultChanged,
    StillUndoable,
    WindowClosed,
)


@pytest.mark.parametrize(
    ("refusal", "english", "chinese"),
    [
        (LeaseLost(), "The lease on this case has ended.", "对此案例的占用已结束。"),
        (LeaseLost("Bob"), "Bob has leased this case now.", "Bob"),
        (AlreadyDecided("Bob", "PASS"), "Bob has already decided PASS; that verdict is final.", "Bob"),
        (WindowClosed(), "The result has been sent to the customer.", "结果已"),
        (StillUndoable(), "The result has not been sent yet", "结果"),
        (NotAcceptable("/reason", "Pick a reason."), "Pick a reason.", "Pick a reason."),
    ],
)
def test_each_is_worded_in_the_readers_language(refusal: Refused, english: str, chinese: str) -> None:
    assert refusal_text(refusal).startswith(english)
    with translation.override("zh-hans"):
        assert chinese in refusal_text(refusal)


def test_no_refusal_is_shown_as_code() -> None:
    """Kept in step with `review.refusals`: a new kind needs a sentence. NotForGrid is answered per tile."""
    worded = {LeaseLost, AlreadyDecided, WindowClosed, StillUndoable, NotAcceptable, ResultChanged}
    kinds = {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refused)}
    assert kinds - {Refused, NotForGrid} == worded
