"""Generate docs/states.md from `transitions.MOVES`."""

from __future__ import annotations

from review.workflow.transitions import MOVES, State

PAGE = """# States of a review task

Drawn from `MOVES` in `review/workflow/transitions.py` by `manage.py states > docs/states.md`; edit the moves, not
this page.

```mermaid
stateDiagram-v2
    [*] --> {start}
{edges}
```
"""


def page() -> str:
    """The whole page: one arrow for each pair of states, named for the verbs that lead from one to the other."""
    verbs: dict[tuple[State, State], list[str]] = {}
    for verb, moves in MOVES.items():
        for pair in moves.items():
            verbs.setdefault(pair, []).append(verb)
    edges = [f"    {before} --> {after}: {', '.join(names)}" for (before, after), names in sorted(verbs.items())]
    return PAGE.format(start=State.WAITING, edges="\n".join(edges))
