"""Erasures, rules of retention and held cases, for pages that show them."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from moderation.erasure import holds
from moderation.models import Case, Erasure
from review.models import RetentionRule
from review.retention import subjects
from tests.world import World


def finished(by: User, *, of: str = "nobody") -> Erasure:
    """Of a subject without cases, unless it has some that are over."""
    counted = subjects.count(of, app=None, by=by)
    made = subjects.begin(of, app=None, counted=counted.cases, by=by)
    subjects.work(for_seconds=10)
    made.refresh_from_db()
    return made


def furnish(world: World) -> dict[str, dict[str, Any]]:
    """Arguments of the addresses of retention, by their names."""
    rule = RetentionRule.objects.create(queue=world.nudity, label="porn/nudity", pictures_days=30, records_days=0)
    holds.place(Case.objects.earliest("pk"), reason="Asked for by a court.", by=world.dave)
    erasure = finished(world.dave)
    return {
        "review:manage_retention_rule": {"pk": rule.pk},
        "review:manage_erasure": {"pk": erasure.pk},
        "review:manage_erasure_certificate": {"pk": erasure.pk},
    }
