"""Name the labels of the demo's results that the product's own catalogue does not name, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from demo.scenes.findings import FINDINGS
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.taxonomy import Key


def name_labels(*, by: str) -> None:
    """Names that somebody has given or changed stay."""
    names = dict(_names())
    labels.register(LabelPath(*finding.path) for finding in FINDINGS.values())
    for label in Label.objects.filter(source=Label.Source.SEEN, name_en="", name_zh=""):
        key = (label.risk_label1, label.risk_label2, label.risk_label3)
        if key in names:
            english, chinese = names[key]
            labels.name(label, name_en=english, name_zh=chinese, severity=label.severity, by=by)


def _names() -> Iterator[tuple[Key, tuple[str, str]]]:
    """Every level of every finding's path, with its names."""
    for finding in FINDINGS.values():
        for depth, names in enumerate(zip(finding.english, finding.chinese, strict=True), start=1):
            yield BUILT_IN_TAXONOMY.key(LabelPath(*finding.path[:depth])), names
