"""Every sentence the review stage's script shows, translated on the server.

The page carries them as JSON (`stage-words`); `{name}` is filled in by the script. Keys ending in `.one` and
`.other` follow the plural rules of the page's language.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from moderation import labels
from review.presentation.label_names import category_names
from review.presentation.strings import picture, run, side_panel


def words() -> dict[str, str]:
    """The stage's sentences in the active language, by key."""
    work = (_acts(), _keys(), _outcomes(), _looking(), _practice())
    told = (*work, _panel(), side_panel.words(), _labels(), picture.words(), run.words(), _bar())
    return {key: sentence for part in told for key, sentence in part.items()}


def filter_rows() -> list[tuple[str, str]]:
    """The rows in which a person chooses how pictures are blurred, as (category, name); "" is every picture."""
    return [("", _("Every picture")), *category_names(labels.in_force())]


def _acts() -> dict[str, str]:
    return {
        "act.pass": _("Pass"),
        "act.reject": _("Reject as the machine suggests"),
        "act.reason": _("Reject with that reason"),
        "act.escalate": _("Escalate"),
        "act.skip": _("Skip"),
        "act.snooze": _("Snooze"),
        "act.ask": _("Ask for a second opinion"),
        "act.assign": _("Assign to a colleague"),
        "act.sameSubject": _("Decide this subject's other cases too"),
        "act.undo": _("Undo the last decision"),
        "act.note": _("Write a note"),
        "act.labels": _("To the labels: say of each what it is"),
        "act.faces": _("Faces"),
        "act.persons": _("Persons"),
        "act.objects": _("Objects and codes"),
        "act.words": _("Text, its boxes and marks"),
        "act.hide": _("Hide all evidence"),
        "act.boxBefore": _("Previous box"),
        "act.boxAfter": _("Next box"),
        "act.zoomIn": _("Larger"),
        "act.zoomOut": _("Smaller"),
        "act.fit": _("Fit the whole picture"),
        "act.rotate": _("A quarter turn"),
        "act.pixels": _("Unsmoothed pixels"),
        "act.pan": _("Move the picture"),
        "act.queues": _("Another queue"),
        "act.grid": _("Grid of this queue"),
        "act.search": _("Search cases, in a new tab"),
        "act.keys": _("This sheet of keys"),
        "act.reveal": _("Look at a blurred picture"),
        "act.ahead": _("Next pictures"),
        "act.back": _("Previous decisions"),
        "act.here": _("Back to the current picture"),
        "on": _("on"),
        "off": _("off"),
    }


def _keys() -> dict[str, str]:
    return {
        "keys.decide": _("Decide"),
        "keys.labels": _("Single labels"),
        "keys.labels.turn": _("On a label: ✓ confirmed, ✕ wrong, ∅ not in the picture, or no verdict"),
        "keys.labels.step": _("On a label: the label above or below"),
        "keys.labels.box": _("On a label: zoom to its box"),
        "keys.frames.step": _("On the frames of an animation: the frame before or after"),
        "keys.evidence": _("Evidence"),
        "keys.picture": _("Picture"),
        "keys.page": _("Page"),
        "keys.held": _("hold"),
        "keys.conflict": _("One of your own keys is not used: {why}"),
        "keys.taken": _("{key} is the key of “{act}”. Change that one first, or choose another."),
        "keys.browsers": _("{key} belongs to the browser. Choose another."),
        "keys.change": _("{act}: {key}. Press to change."),
        "keys.press": _("Press the new key for “{act}”, or Escape to leave it."),
        "keys.changed": _("“{act}” is now on {key}."),
        "keys.reset.done": _("All keys are as they were."),
        "key.space": _("Space"),
        "preferences.unkept": _("The server could not save this. It applies until the page is reloaded."),
    }


def _looking() -> dict[str, str]:
    """Looking ahead and back, and without the blur."""
    return {
        "browse.ahead": _("Next pictures: {n} ahead."),
        "browse.ahead.why": _("You can decide it when it is the current picture."),
        "browse.back": _("Previous decisions: {n} ago,"),
        "browse.back.why": _("read-only."),
        "browse.end.ahead": _("No further picture is leased to you yet."),
        "browse.end.back": _("Earlier decisions are no longer kept here."),
        "guard.browsing": _("Not applied: this is not the current picture. Press Escape to return to it."),
        "guard.changed": _("Not applied: the machine's result has just changed. Check it again."),
        "reveal.on": _("The picture is shown without blur while the key is pressed."),
        "reveal.colours": _("The picture is shown without blur, in colour, while the key is pressed."),
        "reveal.grey": _("This picture is not blurred, only grey. Shift and {key} show its colours."),
        "reveal.nothing": _("This picture is not blurred."),
        "reveal.failed": _("The clear picture could not be fetched."),
        "changed": _("The machine's result of this picture has changed:"),
        "changed.labels.one": _("{n} label is different."),
        "changed.labels.other": _("{n} labels are different."),
        "changed.else": _("its evidence is different."),
        "changed.new": _("new"),
        "changed.was": _("was {n}"),
        "lease.ends": _("your lease ends in {time}"),
        "lease.ended": _("your lease has expired"),
    }


def _labels() -> dict[str, str]:
    """What a person says about single labels."""
    return {
        "label.verdict": _("Your verdict on {name}"),
        "label.confirmed": _("Confirmed"),
        "label.wrong": _("Wrong label"),
        "label.absent": _("Not in the picture"),
        "label.none": _("no verdict"),
        "label.right": _("The right label"),
        "label.right.choose": _("Choose the right label …"),
        "label.right.type": _("Type a part of its name"),
        "label.right.is": _("Right: {name}"),
    }


def _outcomes() -> dict[str, str]:
    return {
        "did.pass": _("passed"),
        "did.reject": _("rejected as suggested"),
        "did.reason": _("rejected for {reason}"),
        "did.escalate": _("escalated"),
        "did.skip": _("skipped"),
        "did.snooze": _("snoozed for an hour"),
        "did.second_opinion": _("handed to a colleague"),
        "did.ask": _("asked {who}"),
        "did.assign": _("assigned to {who}"),
        "did.same_subject.one": _("{what}, with {n} more of theirs"),
        "did.same_subject.other": _("{what}, with {n} more of theirs"),
        "did.undo": _("Undone: {what}. The picture is back."),
        "undo.none": _("Nothing to undo yet"),
        "undo.over": _("The last decision has been sent"),
        "undo.done": _("Undone: {what}"),
        "undo.unsent": _("{what} · not sent yet"),
        "undo.leaves": _("{what} · sent in {n} s"),
        "undo.handed": _("{what} · can be taken back for {n} s"),
        "undo.past": _("“{what}” cannot be undone. Press again to undo the decision before it."),
        "undo.settled": _("Undone. Meanwhile another result settled the case or moved it to another queue."),
        "undo.stays": _("“{what}” cannot be undone."),
        "guard.unseen": _("Not applied: the picture is not shown yet."),
        "guard.nothing": _("Not applied: there is no picture to judge."),
        "refused.decided": _("Your decision was not recorded: {who} has already decided this picture ({verdict})."),
        "refused.leased": _("Your decision was not recorded: your lease expired and {who} has leased the picture."),
        "refused.lost": _("Your decision was not recorded: your lease expired and the picture returned to the queue."),
        "refused.invalid": _("The decision was not accepted, the picture comes back next. {why}"),
        "refused.changed": _(
            "Your decision was not recorded: the machine's result has changed since you saw it. The picture comes back "
            "with the new result, and what you typed is kept."
        ),
        "refused.changed.later": _(
            "Your decision was not recorded: the machine's result has changed since you saw it. The picture waits on "
            "the stage with the new result."
        ),
        "refused.window": _("Too late to undo: the result has been sent. A lead can reopen the case."),
        "refused.undo": _("It could not be undone. {why}"),
        "refused.other": _("The server refused this. {why}"),
        "refused.note": _("Your note is kept here:"),
        "lease.over": _("Your lease on this picture expired; it went back to the queue."),
        "verdict.PASS": _("passed"),
        "verdict.REJECT": _("rejected"),
        "somebody": _("somebody else"),
        "toast.close": _("Dismiss"),
        "session.ended": _("You are signed out."),
        "session.forbidden": _("The server did not accept this from you."),
    }


def _panel() -> dict[str, str]:
    return {
        "suggest": _("{key} rejects as the machine suggests:"),
        "suggest.button": _("“Reject” rejects as the machine suggests:"),
        "decides.one": _("decides {n} picture"),
        "decides.other": _("decides {n} pictures"),
        "suggest.none": _("The machine suggests no rejection. Choose a reason to reject."),
        "suggest.refused": _("The machine suggests no rejection: choose a reason, 1 to 9."),
        "reasons.none": _("This queue has no reasons."),
        "reasons.unknown": _("There is no reason {key} here."),
        "level.PASS": _("pass"),
        "level.REVIEW": _("review"),
        "level.REJECT": _("reject"),
        "labels.none": _("The machine named no label."),
        "labels.first": _("The surest {n} of {all} labels."),
        "text.none": _("No text was recognised."),
        "text.risk": _("risk span"),
        "text.list": _("word list: {name}"),
        "text.located": _("located by us"),
        "text.locating": _("being located"),
        "text.matches.one": _("{n} match"),
        "text.matches.other": _("{n} matches"),
        "text.first": _("The first {n} of {all} characters."),
        "text.matches.first": _("first {n} of {all} matches"),
        "text.unplaced": _("Also matched, place unknown:"),
        "text.code": _("Code says, never linked:"),
        "subject.none": _("The platform named no user."),
        "subject.new": _("nothing yet"),
        "subject.decided": _("Decided"),
        "subject.rejected.one": _("{n} rejected"),
        "subject.rejected.other": _("{n} rejected"),
        "subject.last": _("last {ago}"),
        "subject.machine": _("Machine"),
        "subject.unremarkable": _("no known risk"),
        "subject.waiting": _("Waiting"),
        "subject.waiting.here": _("{n} more, {here} here"),
        "subject.waiting.none": _("nothing else of theirs"),
        "subject.waiting.one": _("{n} more of theirs"),
        "subject.waiting.other": _("{n} more of theirs"),
        "guideline": _("Guideline"),
        "guideline.of": _("Guideline: {title}"),
        "guideline.changed": _("changed"),
    }


def _bar() -> dict[str, str]:
    return {
        "bar.case": _("image {id}"),
        "bar.leased.one": _("{n} leased by others"),
        "bar.leased.other": _("{n} leased by others"),
        "bar.reviewing.one": _("{n} reviewing"),
        "bar.reviewing.other": _("{n} reviewing"),
        "bar.pending.one": _("{n} pending"),
        "bar.pending.other": _("{n} pending"),
        "due.in": _("due in {time}"),
        "due.over": _("overdue {time}"),
        "why.up": _("moved up {n} min · why?"),
        "why.down": _("moved down {n} min · why?"),
        "why.turn": _("in queue order"),
        "pace.decided": _("today {n}"),
        "pace.each": _("{n} s each"),
        "pace.next": _("next picture {n} ms"),
    }


def _practice() -> dict[str, str]:
    return {
        "lesson.agrees": _("As the guideline says"),
        "lesson.differs": _("The guideline says otherwise"),
        "lesson.said.agrees": _("You {did}, and so does the guideline."),
        "lesson.said": _("You {did}; the guideline says: {answer}."),
        "lesson.judge": _(
            "Practice pictures are not skipped or snoozed. Judge it as you see it: a card then explains."
        ),
        "lesson.next": _("Next picture"),
        "lesson.last": _("Finish practice"),
    }
