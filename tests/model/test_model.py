"""Chains of steps that nobody thought of: whatever people, machines and the dispatcher do, the ledger is as a small
description of it says.
"""

from __future__ import annotations

from tests.model.machine import Machine
from tests.model.run import run_model


def test_whatever_happens_is_as_the_model_says(machine: type[Machine]) -> None:
    run_model(machine)
