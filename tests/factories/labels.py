"""Labels as an installation has them: what the product names, and thousands seen since."""

from __future__ import annotations

from importlib import import_module

from moderation import labels
from moderation.models import Label

SEEDS = tuple(import_module("moderation.migrations.0005_labels").seeds())
_CHINESE = "裸露暴恐广告违禁性感儿童政治标志毒品枪支刀具人物场景"


def seeded() -> None:
    """Only what the product names, whatever the tests before left in the table."""
    Label.objects.all().delete()
    Label.objects.bulk_create([Label(**facts) for facts in SEEDS])
    labels.forget()


def label(path: str, **facts: object) -> Label:
    one, two, three = [*path.split("/"), "", ""][:3]
    key = {"risk_label1": one, "risk_label2": two, "risk_label3": three}
    return Label.objects.create(**{"raw_risk_label1": one} | key | facts)


def many(count: int) -> None:
    """So many labels, named in two languages and rated."""
    Label.objects.bulk_create([_made(number) for number in range(count)], batch_size=5_000)
    labels.forget()


def _made(number: int) -> Label:
    pick = _CHINESE[number % len(_CHINESE)] + _CHINESE[number // 7 % len(_CHINESE)]
    return Label(
        risk_label1=("porn", "sexy", "ban", "violence", "ad", "minor", "politics", "qr")[number % 8],
        risk_label2=f"sub_category_{number % 164}",
        risk_label3=f"detector_number_{number:05d}",
        raw_risk_label1="porn",
        name_en=f"Detector {number} of Things and Scenes",
        name_zh=f"{pick}检测{number}",
        severity=("critical", "high", None)[number % 3],
    )
