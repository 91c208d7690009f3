"""The eight level-1 categories: canonical name, names people read, severity (shared contract §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "high", "moderate", "low"]


@dataclass(frozen=True, slots=True)
class Category:
    risk_label1: str
    name_en: str
    name_zh: str
    severity: Severity
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

_BY_NAME = {name: category for category in CATEGORIES for name in (category.risk_label1, *category.aliases)}


def category(risk_label1: str) -> Category | None:
    """The category a raw level-1 identifier means, whatever its case; None for one we do not know."""
    return _BY_NAME.get(risk_label1.casefold())


def canonical(risk_label1: str) -> str:
    known = category(risk_label1)
    return known.risk_label1 if known else risk_label1.casefold()


def label_name(risk_label1: str, risk_label2: str = "", risk_label3: str = "", *, language: str = "en") -> str:
    """What people read for a label path: its most specific identifier in words, or the category's name."""
    specific = risk_label3 or risk_label2
    if specific:
        words = specific.replace("_", " ").replace("-", " ").strip()
        return words[:1].upper() + words[1:]
    known = category(risk_label1)
    if known is None:
        return risk_label1
    return known.name_zh if language.startswith("zh") else known.name_en
