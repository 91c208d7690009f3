"""The practice guideline, its reasons, and why each answer is right; in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from review.practice.lessons import Answer
from review.queues.guideline_markdown import Guideline, read


def guideline() -> Guideline:
    parts = (
        (_("Swimwear and skin"), "sexy, porn", _("Swimwear at a beach or pool **passes**. Nudity is **rejected**.")),
        (
            _("Contacts and codes"),
            "ad, qr",
            _(
                "A number, a handle or a code that leads people off the platform is **rejected**.\n\n"
                "A brand in the background passes."
            ),
        ),
        (
            _("Weapons"),
            "ban",
            _(
                "A weapon that could hurt somebody is **rejected**.\n\n"
                "An obvious toy **passes**, however confident the machine is."
            ),
        ),
        (
            _("Papers"),
            "privacy",
            _(
                "A paper with somebody's name or number on it is **escalated**: a lead talks to the platform. "
                "Do not decide it yourself."
            ),
        ),
    )
    return read("\n\n".join(f"## {title} {{{labels}}}\n\n{text}" for title, labels, text in parts))


def reasons() -> dict[str, str]:
    """Names by code; see lessons.REASONS."""
    return {
        "nudity": _("Nudity"),
        "contact-ad": _("Contact ad"),
        "code-away": _("Code leading away"),
        "weapon": _("Weapon"),
    }


def right_answer(answer: Answer) -> str:
    """The words that follow “the guideline says: ”."""
    if answer.act == "pass":
        return _("pass")
    if answer.act == "escalate":
        return _("escalate")
    if not answer.reason:
        return _("reject as the machine suggests")
    return _("reject for {reason}").format(reason=reasons()[answer.reason])


def why(lesson: str) -> str:
    return {
        "beach": _("Swimwear at a beach passes. The machine reacted to bare skin; the setting is a holiday."),
        "contact": _(
            "The handle leads people off the platform. It is marked under “Recognised text”. One digit key "
            "rejects for that reason."
        ),
        "code": _(
            "The code leads off the platform, and the machine suggests that reason. One key accepts the suggestion."
        ),
        "toy": _(
            "It is clearly a toy. A score says how confident the machine is, not that it is right. Judge the picture."
        ),
        "document": _(
            "It shows somebody's name and number, and the guideline says that leads decide on such papers. "
            "Escalating is not a mistake."
        ),
    }[lesson]


def title(lesson: str) -> str:
    """What the picture shows, for the list of what was practised."""
    return {
        "beach": _("Three people at a beach"),
        "contact": _("A poster with a handle on it"),
        "code": _("A poster with a code on it"),
        "toy": _("A water pistol"),
        "document": _("A member card"),
    }[lesson]
