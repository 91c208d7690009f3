"""The sentences of a run on the stage; see review.presentation.strings.stage for how they are filled in."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "run.at": _("{at} of {n}"),
        "run.back": _("Back to the list"),
        "run.over": _("This run is done."),
        "run.waits": _("What is left of this run is with others. It comes here as soon as it is free."),
        "run.tab": _("your other tab"),
        "run.stop": _("Case {at}: {did}"),
        "run.stop.waits": _("to be reviewed"),
        "run.stop.decided": _("decided"),
        "run.stop.skipped": _("skipped"),
        "run.stop.deferred": _("handed on"),
        "run.stop.leased": _("leased by {who}"),
        "run.stop.assigned": _("assigned to {who}"),
        "run.stop.not-member": _("not one you may review"),
        "run.stop.gone": _("closed or moved"),
        **_ends(),
    }


def _ends() -> dict[str, str]:
    return {
        "run.end.own.one": _("{n} decided by you"),
        "run.end.own.other": _("{n} decided by you"),
        "run.end.decided.one": _("{n} decided by somebody else meanwhile"),
        "run.end.decided.other": _("{n} decided by others meanwhile"),
        "run.end.skipped.one": _("{n} skipped"),
        "run.end.skipped.other": _("{n} skipped"),
        "run.end.deferred.one": _("{n} handed on or snoozed"),
        "run.end.deferred.other": _("{n} handed on or snoozed"),
        "run.end.leased.one": _("{n} leased by somebody else"),
        "run.end.leased.other": _("{n} leased by others"),
        "run.end.assigned.one": _("{n} assigned to somebody else"),
        "run.end.assigned.other": _("{n} assigned to others"),
        "run.end.not-member.one": _("{n} in a queue you do not work in"),
        "run.end.not-member.other": _("{n} in queues you do not work in"),
        "run.end.gone.one": _("{n} closed or moved"),
        "run.end.gone.other": _("{n} closed or moved"),
    }
