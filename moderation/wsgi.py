"""The WSGI application: one handler for people, and one with less middleware for machines."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import Any

import django

from moderation.runtime.start import read_settings

read_settings()
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - once Django is set up

from accounts import audit_buffers  # noqa: E402
from moderation.middleware import ALIVE_PATH, OPERATORS_PATHS  # noqa: E402
from moderation.runtime import path_prefix  # noqa: E402
from moderation.runtime.freed_requests import FreeingHandler  # noqa: E402
from moderation.runtime.key_fingerprint import refuse_another_key  # noqa: E402
from moderation.runtime.large_blocks import keep_large_blocks_apart  # noqa: E402
from moderation.runtime.request_lines import answered  # noqa: E402
from moderation.runtime.request_slots import REFUSED, NoSlot, at_work, awaited  # noqa: E402

refuse_another_key()


def _door(middleware: list[str]) -> FreeingHandler:
    """A handler with this middleware: Django reads the setting only here, when the handler is created."""
    usual, settings.MIDDLEWARE = settings.MIDDLEWARE, middleware
    try:
        return FreeingHandler()
    finally:
        settings.MIDDLEWARE = usual


_people, _machines = _door(settings.MIDDLEWARE), _door(settings.MACHINE_MIDDLEWARE)
_monitors = _door(settings.MONITOR_MIDDLEWARE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if prefix := path_prefix.given(environ):
        return path_prefix.refuse(prefix, start_response)
    if environ["PATH_INFO"] == ALIVE_PATH:
        return _monitors(environ, start_response)
    if environ["PATH_INFO"] in OPERATORS_PATHS:  # even while all slots are taken by requests that wait for the database
        return _people(environ, start_response)
    return answered(environ, start_response, lambda start: _handle(environ, start))


def _handle(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    door = _machines if environ["PATH_INFO"].startswith(settings.MACHINE_PATHS) else _people
    try:
        request = awaited(environ)
        with at_work():
            return door(request, start_response)
    except NoSlot:  # what is raised inside, the handler answers
        return door(environ | {REFUSED: True}, start_response)


# Objects created at start live as long as the process; walking them at every full collection doubles the time of a
# batch. Results contain no cycles: looking for some at every 700 new objects, the default, takes a sixth of a batch's
# time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
keep_large_blocks_apart()
audit_buffers.start()
