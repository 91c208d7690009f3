"""One run of the machine: the same each time in the suite; a longer one makes up new chains."""

from __future__ import annotations

import os

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Machine

EXPLORES = "MODEL_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "14"))
STEPS = int(os.environ.get("MODEL_STEPS", "30"))


def run_model(machine: type[Machine], *, shrinks: bool = True, examples: int = EXAMPLES, steps: int = STEPS) -> None:
    """Raises what the first chain that goes wrong ends with. `shrinks`: look for a shorter one before."""
    phases = [Phase.generate, *([Phase.shrink] if shrinks else [])]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=not EXPLORES,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,  # the first is enough, and comes sooner
            deadline=None,
            phases=phases,
        ),
    )
