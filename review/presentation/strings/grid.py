"""The sentences of the grid's script, in addition to the stage's; see strings/stage.py."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """The grid's additional sentences, and those for keys that act differently than on the stage."""
    return _acts() | _page() | _guards() | _refusals() | page_ends()


def page_ends() -> dict[str, str]:
    """The outcomes of the tiles of a page. The stage needs them too: it sends pages that a closed grid left unsent."""
    return {
        "grid.and": _(", "),
        "grid.stop": _("."),
        "page.decided.one": _("{n} decided"),
        "page.decided.other": _("{n} decided"),
        "page.other.one": _("{n} was decided by {who}"),
        "page.other.other": _("{n} were decided by {who}"),
        "page.leased.one": _("{n} is with {who} now"),
        "page.leased.other": _("{n} are with {who} now"),
        "page.lost.one": _("{n} returned to the queue"),
        "page.lost.other": _("{n} returned to the queue"),
        "page.changed.one": _("{n} changed and needs a look"),
        "page.changed.other": _("{n} changed and need a look"),
        "page.critical.one": _("{n} has become critical and must be judged by itself"),
        "page.critical.other": _("{n} have become critical and must be judged one by one"),
        "page.refused.one": _("{n} was not accepted ({why})"),
        "page.refused.other": _("{n} were not accepted ({why})"),
    }


def _acts() -> dict[str, str]:
    return {
        "act.reject": _("Mark as rejected, or take the mark away"),
        "act.reason": _("Mark as rejected for that reason"),
        "act.commit": _("Commit the page: unmarked pictures pass"),
        "act.undo": _("Undo the last page"),
        "act.skip": _("Skip this picture"),
        "act.escalate": _("Escalate this picture"),
        "act.pan": _("Go from picture to picture"),
        "act.zoomIn": _("Bigger, with its boxes"),
        "act.zoomOut": _("Back to the page"),
        "act.here": _("Back to the page"),
        "act.reveal": _("Enlarge; then keep it pressed to see the picture without blur"),
        "act.grid": _("Single pictures"),
    }


def _page() -> dict[str, str]:
    return {
        "grid.pass.one": _("{n} pass"),
        "grid.pass.other": _("{n} pass"),
        "grid.reject.one": _("{n} reject for {name}"),
        "grid.reject.other": _("{n} reject for {name}"),
        "grid.cases.one": _("Decides {n} case."),
        "grid.cases.other": _("Decides {n} cases."),
        "grid.did": _("{n} decided:"),
        "grid.passed.one": _("{n} passed"),
        "grid.passed.other": _("{n} passed"),
        "grid.rejected.one": _("{n} rejected"),
        "grid.rejected.other": _("{n} rejected"),
        "grid.left": _("{n} undone; {m} had been sent or settled by another result."),
        "tile.pass": _("will pass"),
        "tile.reject": _("reject"),
        "tile.skip": _("skipped"),
        "tile.escalate": _("escalated"),
        "tile.lost": _("returned to the queue"),
        "tile.changed": _("changed: needs a look"),
        "tile.left": _("has left"),
    }


def _guards() -> dict[str, str]:
    return {
        "grid.unseen": _("Not applied: not every picture is shown yet."),
        "grid.enlarged": _("Not applied: return to the page first."),
        "grid.startled": _("Not applied: the page has just changed. Check it again."),
        "grid.away": _("This picture is no longer on the page's list."),
        "grid.reason": _("This queue needs a reason for every rejection: 1 to 9."),
        "grid.changed": _("The machine's result of a picture on this page has changed."),
        "did.undo": _("Undone: {what}. The page is back."),
        "undo.none": _("Nothing to undo yet"),
        "undo.over": _("The last page has left"),
    }


def _refusals() -> dict[str, str]:
    return {
        "grid.no": _("No grid for what comes next"),
        "grid.no.critical": _(
            "This queue's next picture is labelled {name} ({severity}), which the grid does not show. "
            "Judge it on the stage."
        ),
        "grid.no.no-label": _("This queue's next picture has no suspected label. Judge it on the stage."),
        "grid.no.changed": _("The machine's result for this queue's next picture has changed. Judge it on the stage."),
        "grid.no.paused": _("This queue is paused. Cases still come in and wait."),
        "grid.no.not-offered": _("This queue offers no grid. An administrator can change that."),
        "grid.singly": _("Judge it singly"),
        "severity.critical": _("critical"),
        "severity.high": _("high"),
        "severity.moderate": _("moderate"),
        "severity.low": _("low"),
    }
