"""How policy routed a result, as the stage is told."""

from __future__ import annotations

from typing import Any

from moderation.policy import Taxonomy
from review.presentation.messages import describe
from review.presentation.task_schema import RouteJson, RuleJson


def rule_of(route: dict[str, Any]) -> RuleJson | None:
    """The rule and policy that routed it here; None when none did."""
    rule = route.get("rule")
    return {"name": rule["name"], "position": rule["position"], "version": route["policy"]} if rule else None


def route_json(route: dict[str, Any], taxonomy: Taxonomy) -> RouteJson:
    told: RouteJson = {
        "policy": route.get("policy", 0),
        "chain": [link | {"why": describe(link["why"], taxonomy)} for link in route.get("chain", ())],
    }
    if "section" in route:
        told["section"] = route["section"]
    if rule := rule_of(route):
        told["rule"] = rule
    return told
