"""The product's own figures for Prometheus, read from the database at every scrape, so that all web processes
report the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.cache import caches
from django.db import DatabaseError, connection
from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from moderation.models import Delivery
from moderation.webhooks.dispatcher_lease import dispatching
from review.cases import accounting

log = logging.getLogger(__name__)

STALE_SECONDS = 5  # two scrapers cost little more than one

_WAITING = """
SELECT q.slug, count(t.id),
       coalesce(extract(epoch FROM statement_timestamp() - min(t.entered_at)), 0)::float,
       count(t.id) FILTER (WHERE t.due_at < statement_timestamp())
       + (SELECT count(*) FROM review_reviewtask aside WHERE aside.queue_id = q.id AND aside.state = 'escalated'
             AND aside.due_at < statement_timestamp())
       + (SELECT count(*) FROM review_reviewtask aside WHERE aside.queue_id = q.id AND aside.state = 'snoozed'
             AND aside.due_at < statement_timestamp())
  FROM review_queue q
  LEFT JOIN review_reviewtask t ON t.queue_id = q.id AND t.state = 'waiting'
 GROUP BY q.id
"""
_DECISIONS = "SELECT verdict, count(*), count(undone_at) FROM review_decision GROUP BY verdict"
_DELIVERIES = "SELECT state, count(*) FROM moderation_delivery GROUP BY state"


def register() -> None:
    """Once for each process, before anything is scraped."""
    REGISTRY.register(ProductMetrics())


class ProductMetrics(Collector):
    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering needs no database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """While the database is down the process still reports its own metrics, and that the database is down."""
        try:
            found = _figures()
        except DatabaseError as error:
            log.warning("The product's metrics are left out, the database does not answer: %s", error)
            found = []
        yield GaugeMetricFamily("second_look_database_up", "Whether the database answered.", value=float(bool(found)))
        yield from found


def _figures() -> list[Metric]:
    found: list[Metric] | None = caches["process"].get("product_metrics")
    if found is None:
        found = [*_waiting(), *_decisions(), _deliveries(), *_dispatching(), _unaccounted()]
        caches["process"].set("product_metrics", found, STALE_SECONDS)
    return found


def _waiting() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("second_look_waiting", "Cases waiting for a person.", labels=["queue"])
    oldest = GaugeMetricFamily("second_look_oldest_seconds", "How long the oldest of them waits.", labels=["queue"])
    overdue = GaugeMetricFamily(
        "second_look_overdue", "Cases past their time: waiting, escalated or snoozed.", labels=["queue"]
    )
    for queue, number, seconds, late in _rows(_WAITING):
        waiting.add_metric([queue], number)
        oldest.add_metric([queue], seconds)
        overdue.add_metric([queue], late)
    yield from (waiting, oldest, overdue)


def _decisions() -> Iterator[Metric]:
    made = CounterMetricFamily("second_look_decisions", "Decisions of people.", labels=["verdict"])
    undone = CounterMetricFamily("second_look_decisions_undone", "How many of them were undone.", labels=["verdict"])
    for verdict, number, taken_back in _rows(_DECISIONS):
        made.add_metric([verdict], number)
        undone.add_metric([verdict], taken_back)
    yield from (made, undone)


def _deliveries() -> Metric:
    deliveries = GaugeMetricFamily("second_look_deliveries", "Answers on their way or over.", labels=["state"])
    counted: dict[str, int] = dict(_rows(_DELIVERIES))
    for state in Delivery.State.values:
        deliveries.add_metric([state], counted.get(state, 0))
    return deliveries


def _dispatching() -> Iterator[Metric]:
    found = dispatching()
    told = "Whether a process looks for deliveries that are due; 0 is an alarm."
    yield GaugeMetricFamily("second_look_delivering", told, value=float(not found.is_silent))
    if found.silent_seconds is not None:
        told = "Since a process last looked for deliveries that are due."
        yield GaugeMetricFamily("second_look_delivering_last_look_seconds", told, value=found.silent_seconds)


def _unaccounted() -> Metric:
    told = "Cases that are nowhere, by what is wrong with them; anything but 0 is an alarm."
    unaccounted = GaugeMetricFamily("second_look_unaccounted", told, labels=["kind"])
    for kind, number in accounting.account().by_kind.items():
        unaccounted.add_metric([kind], number)
    return unaccounted


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
