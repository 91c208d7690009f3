"""Where a case stands, in a mark, a word, a time and a person: for cards and for the head of a case's page.

Marks are shapes before they are colours: ○ PASS, ◐ REVIEW, ● REJECT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import User
from moderation.contract.values import RiskLevel
from moderation.models import Case, FinalResult
from review.models import Decision, ReviewTask, Verdict
from review.presentation.origins import OriginWords

MARKS: Mapping[str, str] = {RiskLevel.PASS: "○", RiskLevel.REVIEW: "◐", RiskLevel.REJECT: "●"}
SOON_SECONDS = 300
_SECONDS_A_MINUTE, _SECONDS_AN_HOUR, _SECONDS_A_DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class CaseState:
    """`kind` names the colour, `mark` is drawn before `said`. `when` is worded for `at`; `who` is a person, and
    `doing` what they have to do with it.
    """

    kind: str
    mark: str
    said: str
    when: str = ""
    at: datetime | None = None
    tone: str = ""  # of the time: "", "warn" or "bad"
    who: str = ""
    doing: str = ""
    tells_clock: bool = True  # `when` needs the time of `at` behind it
    kind_of_outcome: str = "other"  # one of review.cases.outcome_counts.KINDS


def of(
    case: Case,
    task: ReviewTask | None,
    decision: Decision | None,
    *,
    origin: OriginWords | None,
    level: str,
    result: FinalResult | None = None,
    now: datetime,
) -> CaseState:
    """`level` is the machine's, `result` the last final one of a case without a decision of ours."""
    if task is not None and task.closed_at is None:
        return _open(task, origin, now)
    if decision is not None:
        return _decided(decision)
    if result is not None and result.result_type == 0:
        return _by_policy(result)
    return _without_a_person(case, result.risk_level if result else level)


def _open(task: ReviewTask, origin: OriginWords | None, now: datetime) -> CaseState:
    if task.state == ReviewTask.State.SNOOZED:
        said, when = gettext("snoozed"), gettext("back at")
        return CaseState("plain", "☾", said, when, task.wait_until, "", *_owner(task), kind_of_outcome="snoozed")
    is_leased = task.is_leased(at=now)
    kind, mark, said = _waiting(task, origin, is_leased=is_leased)
    left = (task.due_at - now).total_seconds()
    clock = clock_text(abs(left))
    when = gettext("overdue {time}").format(time=clock) if left < 0 else gettext("due in {time}").format(time=clock)
    tone = "bad" if left < 0 else "warn" if left < SOON_SECONDS else ""
    outcome = "leased" if is_leased else "escalated" if task.state == ReviewTask.State.ESCALATED else "waiting"
    return CaseState(
        kind, mark, said, when, task.due_at, tone, *_with(task, origin, now), tells_clock=False, kind_of_outcome=outcome
    )


def _waiting(task: ReviewTask, origin: OriginWords | None, *, is_leased: bool) -> tuple[str, str, str]:
    if is_leased:
        return "plain", "◔", gettext("leased")
    if task.state == ReviewTask.State.ESCALATED:
        return "act", "↑", gettext("escalated")
    if origin and origin.kind in ("reopened", "second-opinion"):
        said = gettext("reopened") if origin.kind == "reopened" else gettext("second opinion")
        return "act", "↺" if origin.kind == "reopened" else "?", said
    if task.state == ReviewTask.State.GROUPED:
        return "plain", "◐", str(task.get_state_display())
    return "wait", MARKS[RiskLevel.REVIEW], gettext("waiting")


def _with(task: ReviewTask, origin: OriginWords | None, now: datetime) -> tuple[str, str]:
    if task.leased_by and task.is_leased(at=now):
        return str(task.leased_by), gettext("looks at it")
    if origin and origin.kind == "escalated" and origin.by:
        return origin.by, gettext("sent it")
    return _owner(task)


def _owner(task: ReviewTask) -> tuple[str, str]:
    return (str(task.owner), gettext("has it")) if task.owner else ("", gettext("nobody yet"))


def _decided(decision: Decision) -> CaseState:
    is_pass = decision.verdict == Verdict.PASS
    said = gettext("passed") if is_pass else gettext("rejected")
    mark = MARKS[RiskLevel.PASS if is_pass else RiskLevel.REJECT]
    kind = "pass" if is_pass else "reject"
    outcome, by, did = "passed" if is_pass else "rejected", str(decision.by), gettext("decided it")
    return CaseState(kind, mark, said, said, decision.decided_at, "", by, did, kind_of_outcome=outcome)


def _by_policy(result: FinalResult) -> CaseState:
    is_pass = result.risk_level == RiskLevel.PASS
    said = gettext("passed by policy") if is_pass else gettext("rejected by policy")
    kind, outcome = ("pass", "policy-passed") if is_pass else ("reject", "policy-rejected")
    mark, when = MARKS[RiskLevel(result.risk_level)], gettext("decided")
    return CaseState(kind, mark, said, when, result.decided_at, kind_of_outcome=outcome)


def _without_a_person(case: Case, level: str) -> CaseState:
    """Decided by the detection service's reviewers, recorded, or failed."""
    kind = {RiskLevel.PASS: "pass", RiskLevel.REJECT: "reject"}.get(level, "plain")  # type: ignore[call-overload]
    mark = MARKS.get(level, "–")
    return CaseState(kind, mark, str(case.get_state_display()), gettext("received"), case.received_at)


def initials(person: User | str) -> str:
    return "".join(part[0] for part in str(person).split()[:2]).upper()


def clock_text(seconds: float) -> str:
    """3:05, 3:47:12, or 2 d 4 h."""
    whole = int(seconds)
    if whole >= _SECONDS_A_DAY:
        return gettext("{days} d {hours} h").format(
            days=whole // _SECONDS_A_DAY, hours=whole % _SECONDS_A_DAY // _SECONDS_AN_HOUR
        )
    minutes, left = divmod(whole, _SECONDS_A_MINUTE)
    hours, minutes = divmod(minutes, _SECONDS_A_MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
