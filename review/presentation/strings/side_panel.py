"""The stage's sentences about what stands beside a picture: its past, a colleague, a subject's other cases."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return _beside() | _along()


def _beside() -> dict[str, str]:
    """What stands beside a picture, and handing it to a colleague."""
    return {
        "seen": _("Picture"),
        "seen.never": _("not seen before"),
        "seen.before": _("seen before:"),
        "seen.by": _("{verdict} by {who}, {day}"),
        "seen.at": _("{verdict}, {day}"),
        "told.by": _("Note from {who}, {ago}"),
        "hand.ask": _("Whom to ask for a second opinion"),
        "hand.assign": _("Whom to assign it to"),
        "hand.type": _("Type a part of a name, then Enter"),
        "hand.leads": _("Only leads assign cases. You can ask a colleague for a second opinion."),
        "hand.nobody": _("Nobody else can take this case now."),
        "hand.gone": _("Nothing was done: the picture is not on the table any more."),
    }


def _along() -> dict[str, str]:
    """Taking a subject's other waiting cases along with a verdict."""
    return {
        "along.take": _("take these too"),
        "along.none": _("Nothing of theirs can be taken along."),
        "along.more.one": _("{n} more of theirs"),
        "along.more.other": _("{n} more of theirs"),
        "along.out.one": _("{n} is left out: with somebody, skipped, critical, or without a picture."),
        "along.out.other": _("{n} are left out: with somebody, skipped, critical, or without a picture."),
        "along.choose": _("Choose the verdict for the picture on the table and for these."),
        "along.pass.one": _("Passes {n} more. Type {n} to do it:"),
        "along.pass.other": _("Passes {n} more. Type {n} to do it:"),
        "along.reject.one": _("Rejects {n} more as the machine suggests of it. Type {n} to do it:"),
        "along.reject.other": _("Rejects {n} more, each as the machine suggests of it. Type {n} to do it:"),
        "along.reason.one": _("Rejects {n} more for {reason}. Type {n} to do it:"),
        "along.reason.other": _("Rejects {n} more for {reason}. Type {n} to do it:"),
        "along.wrong": _("{typed} is not {n}: nothing was done."),
        "along.taken.one": _("{n} taken along."),
        "along.taken.other": _("{n} taken along."),
        "along.undone.one": _("{n} that had gone along waits in the line again."),
        "along.undone.other": _("{n} that had gone along wait in the line again."),
        "along.window": _("Too late to take back what went along: it has left."),
        "along.refused": _("Nothing was taken along. {why}"),
        "along.left": _("Not taken: {why}."),
        "along.left.decided": _("{who} had decided it"),
        "along.left.leased": _("{who} has it on the table"),
        "along.left.owned": _("it is with {who}"),
        "along.left.set-aside": _("it was set aside"),
        "along.left.skipped": _("you skipped it"),
        "along.left.changed": _("the machine has said more"),
        "along.left.unseen": _("its picture is not there"),
        "along.left.critical": _("it may be critical"),
        "along.left.refused": _("the queue's rules refuse it"),
        "along.left.not-theirs": _("it waits elsewhere"),
    }
