"""Check what a person, or a file, says of one label."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext

from moderation.contract.values import LabelPath
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS
from moderation.models.own_label import MAX_DESCRIPTION_CHARACTERS
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.sections import ANY_LABEL, label_key, levels_of_key

MOST_ENTRIES = 5_000  # of one app; the product advertises 1,148 labels


class DisposalRefused(ValueError):
    """Nothing was changed; the text says why."""


def key_of(label: str) -> str:
    """The key of one of our labels, or of the default disposition. Raises DisposalRefused."""
    if label == ANY_LABEL:
        return label
    levels = [level.strip() for level in label.split("/")]
    if not 0 < len(levels) <= 3 or not all(levels) or any(ANY_LABEL in level for level in levels):
        refused = gettext("Name our label by 1 to 3 levels joined by “/”, or write “*” for every other label.")
        raise DisposalRefused(refused)
    if levels[0].casefold() == "normal":
        raise DisposalRefused(gettext("“normal” is no label: what passes is not mapped."))
    _check_text(gettext("our label"), label, MAX_IDENTIFIER_CHARACTERS * 3)
    return label_key(levels, BUILT_IN_TAXONOMY)


def checked(own: Own) -> Own:
    """Without spaces around its texts. Raises DisposalRefused."""
    tidy = Own(*(getattr(own, name).strip() for name in Own.__slots__))
    for name in ("risk_label1", "risk_label2", "risk_label3"):
        _check_text(_camel(name), getattr(tidy, name), MAX_IDENTIFIER_CHARACTERS)
    _check_text("riskDescription", tidy.risk_description, MAX_DESCRIPTION_CHARACTERS)
    level = tidy.risk_level.upper()
    if level not in OwnLabel.Level.values:
        raise DisposalRefused(gettext("riskLevel is PASS, REVIEW or REJECT, or empty for the one that was decided."))
    if not tidy.risk_label1:
        raise DisposalRefused(gettext("Say what the customer calls it: riskLabel1 is empty."))
    if tidy.risk_label3 and not tidy.risk_label2:
        raise DisposalRefused(gettext("riskLabel3 is given without riskLabel2."))
    return replace(tidy, risk_level=level)


def path_of(label: str) -> LabelPath:
    """The path that a label's text names."""
    return LabelPath(*map(str.strip, levels_of_key(label)))


def _check_text(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise DisposalRefused(gettext("{name} has at most {most} characters.").format(name=name, most=most))
    if not text.isprintable():
        raise DisposalRefused(gettext("{name} has a control character.").format(name=name))


def _camel(name: str) -> str:
    return name.replace("risk_label", "riskLabel")
