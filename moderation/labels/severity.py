"""The severity of machine results by the labels' current ratings. The only check for "nothing critical"."""

from __future__ import annotations

from collections.abc import Iterable

from moderation.contract.values import LabelPath
from moderation.labels.naming import in_force
from moderation.models import MachineResult
from moderation.policy import worst_label
from moderation.policy.taxonomy import CRITICAL, Severity


def worst_of(machine: MachineResult) -> tuple[LabelPath, Severity] | None:
    """The most severe label that the machine did not pass; None when no label is rated."""
    return worst_label(machine.result, in_force())


def severity_of(machine: MachineResult) -> Severity | None:
    worst = worst_of(machine)
    return worst[1] if worst else None


def critical_label(machines: Iterable[MachineResult]) -> LabelPath | None:
    """A critical label that one of these results names; None when nothing in them is critical."""
    found = (worst for machine in machines if (worst := worst_of(machine)))
    return next((path for path, severity in found if severity == CRITICAL), None)
