"""Planted: results are acknowledged first and stored a moment later."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace

SECONDS = 0.7


def _plant(accept: ModuleType) -> None:
    usual = accept.accept_all

    def accept_all(submissions: Any, *, by: Any) -> Any:
        from django.db import connection, transaction

        def store() -> None:
            usual(submissions, by=by)
            connection.close()

        with transaction.atomic():
            accepted = usual(submissions, by=by)
            transaction.set_rollback(True)
        threading.Timer(SECONDS, store).start()
        return accepted

    replace(accept, "accept_all", accept_all)


PATCHES = {"moderation.intake.accept": _plant}
