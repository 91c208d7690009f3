"""The sentences of the stage's side panel: earlier verdicts, colleagues, a subject's other cases."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return _beside() | _along()


def _beside() -> dict[str, str]:
    """The panel beside a picture, and handing the picture to a colleague."""
    return {
        "seen": _("Picture"),
        "seen.never": _("not seen before"),
        "seen.before": _("seen before:"),
        "seen.by": _("{verdict} by {who}, {day}"),
        "seen.at": _("{verdict}, {day}"),
        "colleague_note.by": _("Note from {who}, {ago}"),
        "origin.escalated": _("Escalated by {who} {ago}"),
        "origin.reopened": _("Reopened by {who} {ago}"),
        "origin.assigned": _("Assigned by {who} {ago}"),
        "origin.second-opinion": _("{who} asked for a second opinion {ago}"),
        "origin.system": _("the system"),
        "origin.earlier": _("earlier verdict:"),
        "origin.earlier.said": _("{what}, by {who} {ago}"),
        "assign.ask": _("Whom to ask for a second opinion"),
        "assign.assign": _("Whom to assign it to"),
        "assign.type": _("Type a part of a name, then Enter"),
        "assign.leads": _("Only leads assign cases. You can ask a colleague for a second opinion."),
        "assign.nobody": _("No colleague can take this case now."),
        "assign.gone": _("Nothing was done: this is no longer the current picture."),
    }


def _along() -> dict[str, str]:
    """Deciding a subject's other waiting cases with the same verdict."""
    return {
        "same_subject.take": _("decide these too"),
        "same_subject.none": _("None of this subject's other cases can be decided with this one."),
        "same_subject.more.one": _("{n} more of theirs"),
        "same_subject.more.other": _("{n} more of theirs"),
        "same_subject.out.one": _(
            "{n} is left out because it is leased or assigned, skipped, critical, or without a picture."
        ),
        "same_subject.out.other": _(
            "{n} are left out because they are leased or assigned, skipped, critical, or without a picture."
        ),
        "same_subject.choose": _("Choose the verdict for the current picture and for these."),
        "same_subject.pass.one": _("Passes {n} more. Type {n} to do it:"),
        "same_subject.pass.other": _("Passes {n} more. Type {n} to do it:"),
        "same_subject.reject.one": _("Rejects {n} more as the machine suggests of it. Type {n} to do it:"),
        "same_subject.reject.other": _("Rejects {n} more, each as the machine suggests of it. Type {n} to do it:"),
        "same_subject.reason.one": _("Rejects {n} more for {reason}. Type {n} to do it:"),
        "same_subject.reason.other": _("Rejects {n} more for {reason}. Type {n} to do it:"),
        "same_subject.wrong": _("{typed} is not {n}: nothing was done."),
        "same_subject.taken.one": _("{n} more decided."),
        "same_subject.taken.other": _("{n} more decided."),
        "same_subject.undone.one": _("{n} case of the same subject is back in the queue."),
        "same_subject.undone.other": _("{n} cases of the same subject are back in the queue."),
        "same_subject.window": _("Too late to undo the other cases: their results have been sent."),
        "same_subject.refused": _("No other case was decided. {why}"),
        "same_subject.left": _("Not taken: {why}."),
        "same_subject.left.decided": _("{who} had decided it"),
        "same_subject.left.leased": _("{who} has it on the table"),
        "same_subject.left.owned": _("it is with {who}"),
        "same_subject.left.set-aside": _("it was set aside"),
        "same_subject.left.skipped": _("you skipped it"),
        "same_subject.left.paused": _("its queue hands out nothing now"),
        "same_subject.left.changed": _("the machine has said more"),
        "same_subject.left.unseen": _("its picture is not there"),
        "same_subject.left.critical": _("it may be critical"),
        "same_subject.left.refused": _("the queue's rules refuse it"),
        "same_subject.left.not-theirs": _("it waits elsewhere"),
    }
