"""Text with marks, for pages without a script."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.contract.values import Span
from review.presentation.highlights import Piece, pieces

SPANS = st.lists(
    st.builds(
        Span,
        start=st.integers(-2, 12),
        end=st.integers(-2, 14),
        kind=st.sampled_from(["risk", "list"]),
        word=st.just(""),
        list_name=st.sampled_from(["", "a", "b"]),
    ),
    max_size=8,
)


@given(text=st.text(max_size=10), spans=SPANS)
def test_the_pieces_are_the_text_and_each_letter_has_exactly_its_marks(text: str, spans: list[Span]) -> None:
    found = pieces(text, spans)
    assert "".join(piece.text for piece in found) == text
    marks = [(piece.risk, piece.listed, piece.lists) for piece in found for _ in piece.text]
    for place, mark in enumerate(marks):
        over = [one for one in spans if 0 <= one.start <= place < one.end <= len(text)]
        kinds = {one.kind for one in over}
        assert mark == (
            "risk" in kinds,
            "list" in kinds,
            ", ".join(sorted({one.list_name for one in over if one.list_name})),
        )


def test_marks_may_cross() -> None:
    crossing = [Span(0, 4, "risk", ""), Span(2, 6, "list", "", "words")]
    assert pieces("裸abc裸d", crossing) == [
        Piece("裸a", risk=True),
        Piece("bc", risk=True, listed=True, lists="words"),
        Piece("裸d", listed=True, lists="words"),
    ]


def test_no_text_has_no_pieces() -> None:
    assert pieces("", []) == []


def test_thousands_of_marks_are_no_burden() -> None:
    spans = [Span(n, n + 1000, "list", "", "words") for n in range(20_000)]
    assert len(pieces("x" * 30_000, spans)) == 21_000
