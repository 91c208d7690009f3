"""Planted: events are numbered by their ids, so that one that is released late is behind the reader's cursor."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import change


def _plant(events: ModuleType) -> None:
    change(events, "_NUMBER", old="SET event_number = numbered.number", new="SET event_number = f.id")


PATCHES = {"moderation.results.events": _plant}
