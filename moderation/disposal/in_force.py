"""The mappings of all apps as each process keeps them."""

from __future__ import annotations

from collections import defaultdict

from moderation import cache_versions, labels
from moderation.contract.values import LabelPath, RiskLevel
from moderation.disposal.mapping import Own, OwnLabels, disposal
from moderation.models import OwnLabel

CACHE_VERSION = "own_labels"
FIELDS = ("risk_label1", "risk_label2", "risk_label3", "risk_description", "risk_level")


def of_app(app_id: int) -> OwnLabels:
    return _BY_APP.current().get(app_id, {})


def disposal_of(app_id: int, *, level: RiskLevel, path: LabelPath) -> dict[str, str] | None:
    """A verdict on a case of this app (by its row's id) in its customer's own labels; None where it maps none."""
    own = of_app(app_id)
    return disposal(own, level=level, path=path, taxonomy=labels.in_force()) if own else None


def own_of(row: OwnLabel) -> Own:
    return Own(*(getattr(row, name) for name in FIELDS))


def forget() -> None:
    _BY_APP.forget()


def _build() -> dict[int, OwnLabels]:
    found: dict[int, dict[str, Own]] = defaultdict(dict)
    for app, key, *values in OwnLabel.objects.order_by().values_list("app_id", "key", *FIELDS):
        found[app][key] = Own(*values)
    return dict(found)


_BY_APP = cache_versions.CachedValue(CACHE_VERSION, _build)
