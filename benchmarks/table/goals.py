"""What has to be reached, in the order of the table: each row with its limit, and the part of the benchmarks that
measures it. Benchmarks name a row by its key.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = "with 1,000,000 waiting"
PEER = "Label Studio"


@dataclass(frozen=True, slots=True)
class Goal:
    """`limit` is in `unit` and may be reached, not passed: by more, or by less where it is the least (`is_least`)."""

    part: str
    what: str
    limit: float
    unit: str
    is_least: bool = False

    def is_met(self, measured: float) -> bool:
        return measured >= self.limit if self.is_least else measured <= self.limit

    @property
    def limit_in_words(self) -> str:
        return f"{'≥' if self.is_least else '≤'} {self.limit:g} {self.unit}".rstrip()


GOALS = {
    "stage-warm-p50": Goal("stage", "decision key to next picture, warm, p50", 30, "ms"),
    "stage-warm-p95": Goal("stage", "decision key to next picture, warm, p95", 60, "ms"),
    "stage-cold-p95": Goal("stage", "… cold, 10 Mbit/s and 50 ms round trip, p95", 500, "ms"),
    "keys-pass": Goal("stage", "keys to pass", 1, "keys"),
    "keys-reject": Goal("stage", "keys to reject with a reason", 1, "keys"),
    "keys-undo": Goal("stage", "keys to undo", 1, "keys"),
    "keys-escalate": Goal("stage", "keys to escalate", 2, "keys"),
    "take": Goal("scale", f"take, in SQL, {MILLION}", 1.3, "× the bare statement"),
    "take-flat": Goal("scale", "take, p99: a million waiting", 1.5, "× a thousand waiting"),
    "take-flat-10": Goal("scale", "take, p99: ten million waiting", 1.5, "× a thousand waiting"),
    "cycles": Goal("cycles", "lease-and-decide cycles, 8 sessions", 15, f"× {PEER}", is_least=True),
    "intake-1": Goal("intake", "intake, single, 1 sender", 0.7, "of a bare view", is_least=True),
    "intake-16": Goal("intake", "intake, single, 16 senders", 0.7, "of a bare view", is_least=True),
    "batch": Goal("cycles", "intake, batch of 1,000", 10, f"× {PEER}'s import", is_least=True),
    "two-webs": Goal("intake", "intake, two web processes", 1.6, "× one", is_least=True),
    "delivery": Goal("delivery", "delivery", 0.6, "of a bare loop", is_least=True),
    "delivery-hanging": Goal("delivery", "what one hanging endpoint costs the others", 5, "% more time"),
    "policy": Goal("policy", "policy evaluation, 976 × 4 thresholds", 100, "µs"),
    "publish": Goal("drafts", "publish to effect, p99", 2, "s"),
    "replay": Goal("replay", "replay of 1,000,000 results × 3 labels", 10, "s"),
    "gateway": Goal("gateway", "gateway over its engine, p95", 15, "ms"),
    "pages-time": Goal("reports", "the slowest page among 1,000,000 cases, p95", 200, "ms"),
    "pages-statements": Goal("reports", "most statements of a page", 20, "queries"),
    "idle": Goal("memory", "whole stack idle, without the engine", 600, "MB PSS"),
    "stage-weight": Goal("weight", "our JavaScript of the review page, compressed", 60, "kB"),
    "stage-axe": Goal("weight", "serious findings of axe on the review page", 0, "findings"),
    "wheels": Goal("weight", "platforms that lack a wheel, Python 3.11–3.14", 0, "platforms"),
    "faults": Goal("faults", "lost, double or silent, 1,000 faults over 50,000 items", 0, "results"),
    "failovers": Goal("failovers", "acknowledged and lost in ten failovers", 0, "results"),
}

ELSEWHERE = {
    "faults": "takes an hour: make faults FAULTS=1000 ITEMS=50000 MINUTES=60",
    "failovers": "needs root and network namespaces: deploy/ha/README.md",
}
"""Rows that another command measures."""
