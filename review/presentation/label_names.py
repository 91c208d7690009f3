"""The names of labels, shown instead of their identifiers."""

from __future__ import annotations

from django.utils.translation import get_language

from moderation.contract.values import LabelPath
from moderation.policy.taxonomy import Taxonomy


def label_name(path: str, taxonomy: Taxonomy) -> str:
    """The name of each level of a path such as porn/nudity, in the language of the page; "*", which
    stands for any level, as it is.
    """
    levels, language = path.split("/"), get_language() or "en"
    named = (
        level if level == "*" else taxonomy.name(LabelPath(*levels[:nth]), language=language)
        for nth, level in enumerate(levels[:3], start=1)
    )
    return " › ".join(filter(None, named))
