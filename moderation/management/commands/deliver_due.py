"""`manage.py deliver_due --once|--loop`: send what is due, with PostgreSQL alone."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from celery.beat import EmbeddedService
from django.core.management.base import BaseCommand

from moderation.celery import app
from moderation.runtime.key_fingerprint import refuse_another_key
from moderation.runtime.run_loop import poll
from moderation.webhooks import redeliver_all
from moderation.webhooks.deliver import deliver_due


class Command(BaseCommand):
    help = "Send the webhooks that are due. --loop repeats it every second."
    requires_system_checks = ()  # they load every page: a third of this process's memory, for as long as it lives

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="send what is due now, then exit")
        how.add_argument("--loop", action="store_true", help="repeat until SIGTERM or Ctrl-C")
        parser.add_argument("--beat", action="store_true", help="with --loop: run Celery's beat too")

    def handle(self, *args: Any, once: bool, beat: bool, **options: Any) -> None:
        refuse_another_key()
        if once:
            self.stdout.write(f"{deliver_due()} attempts made")
        elif beat:
            with beating() as check:
                _loop(check)
        else:
            _loop(lambda: None)


def _loop(check: Callable[[], None]) -> None:
    poll(partial(one_turn, check), every_seconds=1.0)


def one_turn(check: Callable[[], None]) -> None:
    """Deliver, for as long as anything is due; `check` the beat and go on with redeliveries meanwhile."""

    def beside() -> None:
        check()
        redeliver_all.work(for_seconds=0.2)  # the attempts that end meanwhile are recorded afterwards

    beside()
    deliver_due(only_one=True, each_second=beside)


@contextmanager
def beating() -> Iterator[Callable[[], None]]:
    """Run Celery's beat in a thread. The yielded function raises SystemExit once it has ended, so that the supervisor
    restarts both.
    """
    service: Any = EmbeddedService(app, thread=True)  # the stubs declare only its process variant
    service.start()

    def check() -> None:
        if not service.is_alive():
            raise SystemExit("The beat has ended. Start this again.")

    try:
        yield check
    finally:
        service.stop()
