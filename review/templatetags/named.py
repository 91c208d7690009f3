"""Stored values in the language of the page: `{{ fetch.why|describe }}`, `{{ label.probability|score }}`,
`{{ result.risk_level|risk_level }}`, `{{ result|label_of }}`, `{{ task.top_label|label_named }}`,
`{{ result|told_with }}`.
"""

from typing import Any

from django import template

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.scores import score
from review.presentation.label_names import SEPARATOR, label_name, level_names, risk_level_name
from review.presentation.messages import describe
from review.presentation.own_labels import told_with

register = template.Library()
register.filter("describe", describe)
register.filter("score", score)
register.filter("risk_level", risk_level_name)
register.filter("told_with", told_with)


@register.filter
def label_of(row: Any) -> str:
    """The name of the label in a row's riskLabel columns."""
    path = LabelPath(row.risk_label1, row.risk_label2, row.risk_label3)
    return SEPARATOR.join(level_names(path, labels.in_force()))


@register.filter
def label_named(path: str) -> str:
    """The name of a label's path; "" for none."""
    return label_name(path, labels.in_force()) if path else ""
