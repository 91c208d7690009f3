"""The searches that find what the reports count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import App
from review.models import Queue
from review.statistics.reports.report import Filters


@dataclass(frozen=True, slots=True)
class Links:
    """Every search is within the filters of the report. Cases decided in its days, all or by their verdict."""

    filters: Filters
    queues: dict[int, Queue]

    def of(
        self, *, day: datetime | None = None, queue: Queue | None = None, label: str = "", app: App | None = None
    ) -> dict[str, str]:
        span = self.filters.span
        first, last = (timezone.localdate(day),) * 2 if day else (span.first, span.today)
        said = self._said(queue=queue, label=label, app=app) | {"decidedFrom": str(first), "decidedTo": str(last)}
        verdicts = {"cases": "", "passed": "PASS", "rejected": "REJECT"}
        return {name: search(**said, verdict=verdict) for name, verdict in verdicts.items()}

    def overdue(self, queue: int) -> str:
        return search(queue=self.queues[queue].slug, state="overdue")

    def _said(self, *, queue: Queue | None, label: str, app: App | None) -> dict[str, Any]:
        asked = self.filters
        chosen, in_app = queue or asked.queue, app or asked.app
        return {
            "queue": chosen.slug if chosen else "",
            "label": label or asked.label or "",
            "appId": in_app.app_id if in_app else "",
            "decidedBy": asked.person.email if asked.person else "",
        }


def search(**said: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in said.items() if value})
    return f"{reverse('review:cases')}?{query.urlencode()}"
