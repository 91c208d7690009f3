"""The drawing of where results go: the policy in force at the left, the draft at the right, a band for each flow.

PASS is cut where it would drown the rest; what leaves it and comes to it is to scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from review.policy_editor.shadow_table import outcome_name
from review.presentation.case_state import MARKS
from review.statistics.replays.flows import Flows, direction
from review.statistics.reports import wording
from review.statistics.reports.drawings import Drawing, Shape

WIDTH = 512
LEFT, RIGHT, BAR = 104, 376, 6  # inner edges of the bars, and how wide these are
TOP, GAP, ROOM = 6, 14, 46  # the lines beside a bar need that much room
SCALED = 136  # what all outcomes but PASS are high together
PASS_AT_MOST, STAYS_AT_LEAST = 60, 12
_LINE = 16
_INKS = {"PASS": "pass", "REVIEW": "review", "REJECT": "reject"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One outcome on one side. `is_cut`: it is drawn lower than it is."""

    outcome: str
    y: float
    height: float
    is_cut: bool = False


def flow_drawing(flows: Flows) -> Drawing:
    scale = _scale(flows)
    left, right = _bars(flows, scale, "before"), _bars(flows, scale, "after")
    drawn = Drawing(width=WIDTH, height=round(max(_end(left), _end(right)) + TOP))
    drawn.shapes += _bands(flows, scale, left, right)
    for bar in left.values():
        drawn.shapes += _side(bar, LEFT - BAR, [wording.count(flows.before(bar.outcome))], is_left=True)
    for bar in right.values():
        drawn.shapes += _side(bar, RIGHT, _lines(flows, bar.outcome), is_left=False)
    return drawn


def is_cut(flows: Flows) -> bool:
    """Whether PASS is not to scale."""
    scale = _scale(flows)
    return any(bar.is_cut for side in ("before", "after") for bar in _bars(flows, scale, side).values())


def flow_name(before: str, after: str, count: int) -> str:
    if before == after:
        return gettext("{n} stay {outcome}").format(n=wording.count(count), outcome=outcome_name(before))
    told = gettext("{n} from {before} to {after}")
    return told.format(n=wording.count(count), before=outcome_name(before), after=outcome_name(after))


def _scale(flows: Flows) -> float:
    """Pixels for one result."""
    others = [one for one in flows.outcomes if one != "PASS"]
    most = max(sum(map(flows.before, others)), sum(map(flows.after, others)))
    return SCALED / max(1, most or flows.total)


def _bars(flows: Flows, scale: float, side: str) -> dict[str, Bar]:
    found, y = {}, float(TOP)
    for outcome in flows.outcomes:
        bar = _bar(flows, scale, side, outcome)
        slot = max(bar.height, ROOM)
        found[outcome] = replace(bar, y=y + (slot - bar.height) / 2)
        y += slot + GAP
    return found


def _bar(flows: Flows, scale: float, side: str, outcome: str) -> Bar:
    count, moves = (
        (flows.before(outcome), flows.lost(outcome))
        if side == "before"
        else (flows.after(outcome), flows.gained(outcome))
    )
    height = count * scale
    if outcome != "PASS":
        return Bar(outcome, 0, height)
    at_most = max(float(PASS_AT_MOST), moves * scale + STAYS_AT_LEAST)
    return Bar(outcome, 0, min(height, at_most), height > at_most)


def _end(bars: Mapping[str, Bar]) -> float:
    return max(bar.y + max(bar.height, ROOM) - max(0.0, (ROOM - bar.height) / 2) for bar in bars.values())


def _bands(flows: Flows, scale: float, left: Mapping[str, Bar], right: Mapping[str, Bar]) -> list[Shape]:
    """What stays first, so that what moves lies above it."""
    starts, ends = _places(flows, scale, left, "before"), _places(flows, scale, right, "after")
    moves = sorted(flows.counts, key=lambda move: move[0] != move[1])
    return [_band(move, starts[move], ends[move], flows.counts[move]) for move in moves if flows.counts[move]]


def _places(
    flows: Flows, scale: float, bars: Mapping[str, Bar], side: str
) -> dict[tuple[str, str], tuple[float, float]]:
    """From where to where each flow lies in its bar of this side."""
    found = {}
    for outcome, bar in bars.items():
        y = bar.y
        pairs = [(outcome, other) if side == "before" else (other, outcome) for other in flows.outcomes]
        moving = scale * sum(flows.counts.get(pair, 0) for pair in pairs if pair[0] != pair[1])
        for pair in pairs:
            height = max(0.0, bar.height - moving) if pair[0] == pair[1] else flows.counts.get(pair, 0) * scale
            found[pair] = (y, y + height)
            y += height
    return found


def _band(move: tuple[str, str], start: tuple[float, float], end: tuple[float, float], count: int) -> Shape:
    """At least a pixel high."""
    (a, b), (c, d), middle = _seen(start), _seen(end), (LEFT + RIGHT) / 2
    points = (
        f"M{LEFT} {a:.1f}C{middle} {a:.1f} {middle} {c:.1f} {RIGHT} {c:.1f}V{d:.1f}"
        f"C{middle} {d:.1f} {middle} {b:.1f} {LEFT} {b:.1f}Z"
    )
    look = "stay" if move[0] == move[1] else direction(*move)
    return Shape("path", f"flow {look}", points=points, text=flow_name(*move, count))


def _seen(span: tuple[float, float]) -> tuple[float, float]:
    return span[0], max(span[1], span[0] + 1)


def _side(bar: Bar, x: float, lines: list[str], *, is_left: bool) -> list[Shape]:
    ink, look = _INKS.get(bar.outcome, "other"), "end" if is_left else "start"
    at, name = LEFT - 16 if is_left else RIGHT + 16, outcome_name(bar.outcome)
    y = bar.y + bar.height / 2 - (len(lines) - 1) * _LINE / 2 - 2
    height = round(max(bar.height, 1), 1)
    shapes = [Shape("rect", f"bar-{ink}", x, round(bar.y, 1), BAR, height, text=f"{name}: {lines[0]}")]
    if bar.is_cut:
        cut = bar.y + bar.height / 2
        shapes += [Shape("path", "cut", points=f"M{x - 2} {cut + dy:.1f}l5 -5 3 4 5 -5") for dy in (0, 5)]
    mark = MARKS.get(bar.outcome, "–")
    shapes.append(Shape("text", f"{look} strong ink-{ink}", at, round(y, 1), text=f"{mark} {name}"))
    for nth, line in enumerate(lines, start=1):
        plain = "" if nth > 1 else " plain"
        shapes.append(Shape("text", f"{look}{plain}", at, round(y + nth * _LINE, 1), text=line))
    return shapes


def _lines(flows: Flows, outcome: str) -> list[str]:
    """How many, and how many came and went."""
    count, gained, lost = (wording.count(n) for n in (flows.after(outcome), flows.gained(outcome), flows.lost(outcome)))
    return [count, f"+ {gained} − {lost}"]
