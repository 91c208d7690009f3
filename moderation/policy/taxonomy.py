"""Canonical level-1 identifiers, display names, and severities (with inheritance) of labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from moderation.contract.values import LabelPath

Severity = Literal["critical", "high", "moderate", "low"]
Key = tuple[str, str, str]
"""Canonical level 1, then levels 2 and 3 as sent; "" for a level that is not given."""

CRITICAL: Severity = "critical"
SEVERITIES: tuple[Severity, ...] = ("low", "moderate", "high", "critical")  # in rising order


@dataclass(frozen=True, slots=True)
class Category:
    """One of the eight level-1 categories that the product names."""

    risk_label1: str
    name_en: str
    name_zh: str
    severity: Severity
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Names and severity of a label, by an administrator or the product page. None: inherited from the level above.
    `aliases` are paths as text; what is looked up is in `Taxonomy.aliases`.
    """

    name_en: str = ""
    name_zh: str = ""
    severity: Severity | None = None
    aliases: tuple[str, ...] = ()


CATEGORIES = (
    Category("porn", "Sexually Explicit Content", "色情", "critical", ("erotic", "pornography")),
    Category("sexy", "Suggestive Content", "性感", "moderate", ("suggestive",)),
    Category("ban", "Regulated & Prohibited Content", "违禁", "critical", ("prohibit", "prohibited", "drugs")),
    Category("violence", "Violence & Extremism", "暴恐", "critical", ("violent", "violence_terror", "terrorism")),
    Category("ad", "Spam & Advertising Violations", "广告", "moderate", ("ads", "advert", "advertising")),
    Category("minor", "Minor Detection", "未成年人", "critical", ("minor_detect",)),
    Category("politics", "Politically Sensitive Content", "涉政", "high", ("polity", "political")),
    Category("qr", "Embedded Code Detection", "二维码", "low", ("qrcode", "qr_code")),
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {name: one.risk_label1 for one in CATEGORIES for name in (one.risk_label1, *one.aliases)}
)


def alias_key(key: tuple[str, ...]) -> Key:
    """What aliases are compared by: levels below the first without regard to case, as thresholds are."""
    one, two, three = key
    return one, two.casefold(), three.casefold()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The labels as one frozen value, so that policy stays pure and can be replayed."""

    labels: Mapping[Key, Named] = field(default_factory=dict)
    aliases: Mapping[Key, Key] = field(default_factory=dict)  # by `alias_key`: the label that it stands for

    def canonical(self, risk_label1: str) -> str:
        """The category's own identifier for any alias, whatever its case; an unknown one case-folded."""
        folded = risk_label1.casefold()
        return ALIASES.get(folded, folded)

    def sent_key(self, path: LabelPath) -> Key:
        """The label as it was named, aliases of level 1 apart."""
        return self.canonical(path.risk_label1), path.risk_label2, path.risk_label3

    def key(self, path: LabelPath) -> Key:
        """The label that is meant: the one that the longest alias in the path stands for. Levels below the alias stay
        below the label, as far as there is room.
        """
        sent = self.sent_key(path)
        for depth in (3, 2, 1) if self.aliases else ():
            above = sent[:depth]
            if all(above) and (meant := self.aliases.get(alias_key((*above, "", "")[:3]))):
                one, two, three = (*filter(None, (*meant, *sent[depth:])), "", "")[:3]
                return one, two, three
        return sent

    def severity(self, path: LabelPath) -> Severity | None:
        """The label's own severity, else that of the level above; None when no level has one."""
        rated = self.rated(path)
        return rated[1] if rated else None

    def rated(self, path: LabelPath) -> tuple[Key, Severity] | None:
        """The effective severity of a label, with the level that has it; None when no level has one."""
        one, two, three = self.key(path)
        for level in ((one, two, three), (one, two, ""), (one, "", "")):
            if (named := self.labels.get(level)) and named.severity:
                return level, named.severity
        return None

    def worst(self, paths: Iterable[LabelPath]) -> tuple[LabelPath, Severity] | None:
        """The most severe of these, with its severity; None when none has any."""
        rated = [(path, severity) for path in paths if (severity := self.severity(path))]
        return max(rated, key=lambda found: SEVERITIES.index(found[1]), default=None)

    def name(self, path: LabelPath, *, language: str = "en") -> str:
        """The display name: the given name of exactly this label, else its most specific identifier in words."""
        named = self.labels.get(self.key(path), Named())
        given = named.name_zh or named.name_en if language.startswith("zh") else named.name_en
        return given or _in_words(path.risk_label3 or path.risk_label2 or path.risk_label1)


_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])")


def _in_words(identifier: str) -> str:
    """ "female_nudity" or "FemaleNudity" as "Female nudity" or "Female Nudity"."""
    words = _CAMEL.sub(" ", identifier).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


BUILT_IN_TAXONOMY = Taxonomy(
    {(one.risk_label1, "", ""): Named(one.name_en, one.name_zh, one.severity) for one in CATEGORIES}
)
