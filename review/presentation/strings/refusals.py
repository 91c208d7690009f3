"""Why an action on a task was refused, in the language of the page. Stage, grid and case page share the sentences."""

from __future__ import annotations

from django.utils.translation import gettext

from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, ResultChanged, StillUndoable, WindowClosed


def refusal_text(refusal: Exception) -> str:
    match refusal:
        case LeaseLost(leased_by=""):
            return gettext("The lease on this case has ended.")
        case LeaseLost(leased_by=name):
            return gettext("{name} has leased this case now.").format(name=name)
        case AlreadyDecided(by=name, verdict=verdict):
            return gettext("{name} has already decided {verdict}; that verdict is final.").format(
                name=name, verdict=verdict
            )
        case ResultChanged():
            return gettext("The machine's result has changed since you were shown this case. Look at it again.")
        case WindowClosed():
            return gettext(
                "The result has been sent to the customer. A lead can reopen the case and send a correction."
            )
        case StillUndoable():
            return gettext(
                "The result has not been sent yet, and the moderator can still undo it. Try again in a moment."
            )
        case NotAcceptable(detail=detail):
            return detail
    return str(refusal)
