"""Sentences about queues, cases, leases and what people did with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.audit_actions import AuditAction as A
from accounts.audit_kinds import Kind
from accounts.audit_sentences.sentence import Sentence, says

SENTENCES: dict[str, Sentence] = {
    A.QUEUE_CREATED: says(Kind.QUEUE, _("created the queue {on}")),
    A.QUEUE_CHANGED: says(Kind.QUEUE, _("changed the queue {on}: {changed}"), _("changed the queue {on}")),
    A.QUEUE_MEMBERS_SET: says(
        Kind.QUEUE, _("changed the members of {on}: {changed}"), _("changed the members of {on}")
    ),
    A.QUEUE_REASONS_SET: says(
        Kind.QUEUE, _("changed the reasons of {on}: {changed}"), _("changed the reasons of {on}")
    ),
    A.QUEUE_PAUSED: says(Kind.QUEUE, _("paused the queue {on}: {reason}"), _("paused the queue {on}")),
    A.QUEUE_RESUMED: says(Kind.QUEUE, _("resumed the queue {on}")),
    A.QUEUE_CLOSED: says(
        Kind.QUEUE,
        _("closed the queue {on}; {count} cases move to {into}"),
        _("closed the queue {on}"),
    ),
    A.QUEUE_REOPENED: says(Kind.QUEUE, _("opened the queue {on} again")),
    A.QUEUE_WEIGHTS_SET: says(
        Kind.QUEUE, _("changed the priority weights of {on}: {changed}"), _("changed the priority weights of {on}")
    ),
    A.QUEUE_TEAMS_SET: says(Kind.QUEUE, _("changed the teams of {on}: {changed}"), _("changed the teams of {on}")),
    A.TEAM_CREATED: says(Kind.PEOPLE, _("created the team {on}")),
    A.TEAM_CHANGED: says(Kind.PEOPLE, _("changed the team {on}: {changed}"), _("changed the team {on}")),
    A.TEAM_DELETED: says(Kind.PEOPLE, _("deleted the team {on}")),
    A.QUEUE_GUIDELINE_WRITTEN: says(Kind.QUEUE, _("wrote the guideline of {on}")),
    A.PRACTICE_WAIVED: says(Kind.PRACTICE, _("let {on} begin without practice")),
    A.PRACTICE_FINISHED: says(Kind.PRACTICE, _("finished practice")),
    A.PREFERENCES_DEFAULT_CHANGED: says(
        Kind.SYSTEM,
        _("changed the blur for all who chose none: {changed}"),
        _("changed the blur for all who chose none"),
    ),
    A.VIEW_SAVED: says(Kind.CASE, _("saved the search {name}"), _("saved a search")),
    A.VIEW_DELETED: says(Kind.CASE, _("deleted the search {name}"), _("deleted a search")),
    A.REPORT_EXPORTED: says(Kind.EXPORT, _("exported a report")),
    A.CASE_RECEIVED: says(Kind.CASE, _("sent {on}")),
    A.CASE_REVISED: says(Kind.CASE, _("sent revision {revision} of {on}"), _("sent a revision of {on}")),
    A.CASE_COMPLETED: says(
        Kind.CASE, _("told more of the request of {on}"), short=(_("A repeat told more of the request"),)
    ),
    A.CASE_DECIDED: says(
        Kind.DECISION,
        _("decided {on}: {verdict}, {reason}"),
        _("decided {on}: {verdict}"),
        _("decided {on}"),
    ),
    A.CASE_SKIPPED: says(Kind.DECISION, _("skipped {on}"), short=(_("Skipped"),)),
    A.CASE_ESCALATED: says(
        Kind.DECISION,
        _("escalated {on} to {to}"),
        _("escalated {on}: {why}"),
        _("escalated {on} to any lead"),
        short=(_("Escalated to {to}"), _("Escalated to any lead")),
    ),
    A.CASE_SNOOZED: says(
        Kind.DECISION,
        _("snoozed {on} until {until}"),
        _("snoozed {on}"),
        short=(_("Snoozed until {until}"), _("Snoozed")),
    ),
    A.CASE_BROUGHT_BACK: says(Kind.DECISION, _("brought back {on}"), short=(_("Brought back from snooze"),)),
    A.CASE_ASSIGNED: says(
        Kind.DECISION,
        _("assigned {on} to {to}"),
        _("gave {on} back to everybody"),
        short=(_("Assigned to {to}"), _("Given back to everybody")),
    ),
    A.CASE_MOVED: says(
        Kind.DECISION,
        _("moved {on} to the queue {queue}"),
        _("moved {on} to the queue {to_queue}"),
        _("moved {on} to another queue"),
        short=(_("Moved to the queue “{queue}”"), _("Moved to another queue")),
    ),
    A.CASE_SECOND_OPINION_ASKED: says(
        Kind.DECISION,
        _("asked {to} for a second opinion on {on}"),
        _("asked for a second opinion on {on}"),
        short=(_("Asked {to} for a second opinion"), _("Asked for a second opinion")),
    ),
    A.CASE_TAKEN_BACK: says(
        Kind.DECISION, _("took {on} back before anybody opened it"), short=(_("Taken back before anybody opened it"),)
    ),
    A.CASE_TAKEN_UP: says(
        Kind.LEASE, _("opened {on} directly, out of queue order"), short=(_("Opened directly, out of queue order"),)
    ),
    A.CASE_REOPENED: says(Kind.DECISION, _("reopened {on} for a correction"), short=(_("Reopened for a correction"),)),
    A.CASE_OTHER_PICTURE_SENT: says(
        Kind.CASE,
        _("sent another picture for {on}; the first one stays shown"),
        short=(_("A later result names another picture; the first one stays shown"),),
    ),
    A.CASE_PICTURE_ASKED_FOR: says(
        Kind.CASE, _("asked for the picture of {on} again"), short=(_("Asked for the picture again"),)
    ),
    A.CASE_HELD: says(
        Kind.CASE, _("placed {on} under legal hold"), short=(_("Under legal hold: nothing of it is erased"),)
    ),
    A.CASE_HOLD_LIFTED: says(Kind.CASE, _("lifted the legal hold of {on}"), short=(_("Legal hold lifted"),)),
    A.DECISION_UNDONE: says(Kind.DECISION, _("undid the decision on {on}")),
    A.PICTURES_VIEWED: says(Kind.VIEW, _("loaded the clear picture of {cases}"), _("loaded clear pictures")),
    A.LEASES_TAKEN: says(
        Kind.LEASE,
        _("leased {count} cases in {on} in the hour from {hour}: {outcomes}"),
        _("leased cases in {on}"),
    ),
}
