"""The sentences about the picture of the stage: what is drawn on it, how it is shown, and when there is none."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return _table() | _blur()


def _table() -> dict[str, str]:
    return {
        "picture.alt": _("The picture to judge"),
        "picture.pending": _("The picture is being fetched"),
        "picture.pending.next": _("It appears here by itself. You can skip or snooze the case meanwhile."),
        "picture.incomplete": _("incomplete"),
        "picture.incomplete.why": _("The file ends early or is damaged: this is what could be decoded of it."),
        "picture.retried.seconds": _("Next try in {n} s"),
        "picture.retried.minutes": _("Next try in {n} min"),
        "picture.retried.now": _("It is being tried again now"),
        "picture.retried.next": _(
            "It appears here by itself. Until then decide on the evidence, skip it, or escalate."
        ),
        "picture.again": _("Try again now"),
        "picture.again.done": _("It is fetched again now"),
        "picture.again.refused": _("The server did not take this"),
        "picture.unavailable": _("No picture"),
        "picture.unavailable.next": _("Decide on the evidence beside it, or escalate."),
        "picture.failed": _("The picture could not be shown"),
        "picture.failed.next": _("Decide on the evidence beside it, skip it, or reload the page to try again."),
        "picture.frames": _("{n} frames"),
        "view.fit": _("fit {n} %"),
        "view.zoom": _("{n} %"),
        "boxes.first": _("first {n} of {all} boxes"),
        "view.position": _("showing {from}–{to} %"),
        "view.fetching": _("fetching the detail"),
        "view.coarse": _("drawn from {n} pixels across"),
        "view.pixels": _("Enlarged pixels are shown as squares."),
        "view.smooth": _("Enlarged pixels are smoothed."),
        "boxes.none": _("There is no box to go to."),
        "boxes.at": _("Zoomed to {name}"),
        "boxes.step": _("{n} of {all}"),
        "boxes.untagged.one": _("{n} box unnamed"),
        "boxes.untagged.other": _("{n} boxes unnamed"),
        "beyond.above.one": _("{n} box above, out of sight"),
        "beyond.above.other": _("{n} boxes above, out of sight"),
        "beyond.below.one": _("{n} box below, out of sight"),
        "beyond.below.other": _("{n} boxes below, out of sight"),
        "beyond.before.one": _("{n} box to the left, out of sight"),
        "beyond.before.other": _("{n} boxes to the left, out of sight"),
        "beyond.after.one": _("{n} box to the right, out of sight"),
        "beyond.after.other": _("{n} boxes to the right, out of sight"),
        "boxes.whole": _("The whole picture"),
        "kind.face": _("face"),
        "kind.person": _("person"),
        "kind.object": _("object"),
        "kind.qr": _("code"),
        "kind.text": _("text"),
        "table.fetching": _("Fetching the next pictures"),
        "empty.title": _("Nothing to judge here"),
        "empty.other_tabs.one": _("{n} is in another tab of yours."),
        "empty.other_tabs.other": _("{n} are in another tab of yours."),
        "empty.leased.one": _("{n} leased by others, back within {minutes} min unless they decide it."),
        "empty.leased.other": _("{n} leased by others, back within {minutes} min unless they decide them."),
        "empty.assigned.one": _("{n} is waiting that you cannot take: it is assigned to somebody else."),
        "empty.assigned.other": _("{n} are waiting that you cannot take: they are assigned to somebody else."),
        "empty.look_again.one": _("Look at the one you skipped"),
        "empty.look_again.other": _("Look at the {n} you skipped"),
        "unavailable.leased": _("The case you opened cannot be judged now: {who} has it."),
        "unavailable.decided": _("The case you opened has been decided by {who} meanwhile."),
        "unavailable.not-member": _(
            "The case you opened is not yours to judge: it is in another queue or with the leads."
        ),
        "unavailable.paused": _("The case you opened cannot be judged now: its queue is paused."),
        "empty.paused": _("{name} is paused. Cases still come in and wait."),
        "empty.paused_why": _("{name} is paused: {why}. Cases still come in and wait."),
        "empty.other_queues": _("Cases wait in:"),
        "unavailable.gone": _("The case you opened cannot be judged now: it is closed or snoozed."),
        "empty.stays": _("New pictures appear here by themselves."),
        "offline.title": _("The server does not answer"),
        "offline.next": _("Trying again every few seconds. What you decided is kept in this browser."),
        "lease.refused": _("The server gave no pictures"),
    }


def _blur() -> dict[str, str]:
    return {
        "picture.blurred": _("The picture to judge, blurred"),
        "picture.covered": _("Hidden. Keep {key} pressed to show it."),
        "blur.off": _("blur off"),
        "blur.1": _("light blur"),
        "blur.2": _("medium blur"),
        "blur.3": _("strong blur"),
        "blur.grey": _("grey"),
        "blur.all.done": _("This is now the organisation's choice."),
        "blur.all.refused": _("The server did not accept this from you."),
        "sliders.all": _("all boxes"),
        "sliders.from": _("≥ {n}"),
        "sliders.hidden.one": _("{n} hidden"),
        "sliders.hidden.other": _("{n} hidden"),
        "frames": _("Frames"),
        "frames.one": _("Frame {n}"),
        "frames.at": _("{n} of {all}"),
        "frames.before": _("Frame before"),
        "frames.after": _("Next frame"),
        "frames.play": _("Play"),
        "frames.pause": _("Pause"),
        "figures.warm": _("prefetched"),
        "figures.cold": _("waited for"),
        "figures.rest": _("prefetch hits {hits} · pending {pending}"),
    }
