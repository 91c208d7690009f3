"""Check a verdict against the rules of its queue, and express it in the contract's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext

from moderation import labels
from moderation.contract.values import LabelPath, RiskLevel
from moderation.models import MachineResult
from moderation.results import FinalVerdict
from review.models import Queue, Reason, Verdict
from review.refusals import NotAcceptable
from review.workflow.machine_results import suggestion


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the person said. `reason` is a code of the queue; `labels` has one verdict per label, as in the API.
    `machine_revision` is the result that they judged; without it, the latest that their lease was shown.
    """

    verdict: str
    reason: str = ""
    labels: Sequence[Mapping[str, Any]] = ()
    note: str = ""
    elapsed_ms: int | None = None
    machine_revision: int | None = None


def check_acceptable(judgement: Judgement, *, queue: Queue, machine: MachineResult) -> Reason | None:
    """Check the judgement against the rules of its queue. Returns its reason; raises NotAcceptable."""
    if judgement.verdict not in queue.allowed_verdicts:
        allowed = gettext(" and ").join(queue.allowed_verdicts)
        raise NotAcceptable("/verdict", gettext("This queue allows {verdicts} only.").format(verdicts=allowed))
    _check_labels(judgement, machine)
    reason = _reason(judgement, queue)
    if judgement.verdict == Verdict.PASS:
        return None
    if reason is None and queue.reason_required:
        raise NotAcceptable("/reason", gettext("This queue needs a reason for every rejection. Press 1–9."))
    if reason is None and suggestion(machine) is None:
        refused = gettext("The machine suggests no label for this picture. Press 1–9 for a reason.")
        raise NotAcceptable("/reason", refused)
    if queue.note_required and not judgement.note.strip():
        refused = gettext("This queue needs a note with every rejection. Press N to write one.")
        raise NotAcceptable("/note", refused)
    return reason


def in_the_contracts_words(judgement: Judgement, reason: Reason | None, machine: MachineResult) -> FinalVerdict:
    if judgement.verdict == Verdict.PASS:
        return FinalVerdict(RiskLevel.PASS, LabelPath("normal"), "Normal")
    path = reason.path if reason else suggestion(machine) or LabelPath("normal")
    return FinalVerdict(RiskLevel.REJECT, path, reason.name if reason else description(path))


def description(path: LabelPath) -> str:
    """The levels in words, joined with colons as the contract does."""
    taxonomy = labels.in_force()
    levels = [replace(path, risk_label2="", risk_label3=""), replace(path, risk_label3=""), path]
    names = [taxonomy.name(level) for level in dict.fromkeys(levels)]
    return ": ".join(names)


def _check_labels(judgement: Judgement, machine: MachineResult) -> None:
    """A label that is judged was found by the machine, is in the catalogue, or is said to be a new one."""
    found = {machine.result.path, *(label.path for label in machine.result.labels)}
    asked = {number: _path_of(one) for number, one in enumerate(judgement.labels) if not one.get("newLabel")}
    unknown = labels.unknown(path for path in asked.values() if path not in found)
    for number, path in asked.items():
        if path in unknown:
            raise NotAcceptable(f"/labels/{number}", labels.refusal(str(path)))


def _path_of(one: Mapping[str, Any]) -> LabelPath:
    return LabelPath(*(one.get(name, "") for name in ("riskLabel1", "riskLabel2", "riskLabel3")))


def _reason(judgement: Judgement, queue: Queue) -> Reason | None:
    if not judgement.reason:
        return None
    reason = queue.reasons.filter(code=judgement.reason).first()
    if reason is None:
        refused = gettext('This queue has no reason "{reason}". Reload the page.')
        raise NotAcceptable("/reason", refused.format(reason=judgement.reason))
    return reason
