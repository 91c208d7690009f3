"""How labels and risk levels are named on every page. Scores: `moderation.scores`."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moderation.contract.values import LabelPath, RiskLevel
from moderation.policy.sections import levels_of_key
from moderation.policy.taxonomy import CATEGORIES, Taxonomy

ANY = "*"  # in a rule: any label of that level
SEPARATOR = " › "
RISK_LEVELS = {RiskLevel.PASS: _("pass"), RiskLevel.REVIEW: _("review"), RiskLevel.REJECT: _("reject")}


def level_names(path: LabelPath, taxonomy: Taxonomy) -> list[str]:
    """The name of each level, in the language of the page: ["Advertising", "Contact", "Contact account"]."""
    levels = (path.risk_label1, path.risk_label2, path.risk_label3)
    return [
        level if level == ANY else last_level_name(LabelPath(*levels[:nth]), taxonomy)
        for nth, level in enumerate(levels, start=1)
        if level
    ]


def label_name(path: str, taxonomy: Taxonomy) -> str:
    """The name of a whole path such as porn/nudity or */nudity."""
    return SEPARATOR.join(level_names(LabelPath(*levels_of_key(path)), taxonomy))


def last_level_name(path: LabelPath, taxonomy: Taxonomy) -> str:
    """The name of the last level alone, in the language of the page: where the levels above are shown beside it."""
    return taxonomy.name(path, language=get_language() or "en")


def category_names(taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """The product's eight first levels, each with its name in the language of the page."""
    return [(one.risk_label1, last_level_name(LabelPath(one.risk_label1), taxonomy)) for one in CATEGORIES]


def risk_level_name(level: str) -> str:
    """PASS, REVIEW or REJECT in the language of the page; "" and unknown ones as they are."""
    return str(RISK_LEVELS.get(level, level))  # type: ignore[call-overload] # an enum of strings
