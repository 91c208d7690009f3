"""Celery tasks. Each reads from PostgreSQL what is to do; running one twice, or never, loses nothing."""

from __future__ import annotations

from functools import partial
from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from moderation.runtime.worker_notifier import notify

FETCH_SECONDS = 5  # then it notifies a worker again, so that other waiting tasks have their turn
LOCATE_SECONDS = 20  # likewise
MODERATE_SECONDS = 5  # likewise; one picture may take 45 s longer (gateway.asynchronous)
REPLAY_SECONDS = 5.0  # likewise
DELIVER_SECONDS = 60  # with the longest exchange well within CELERY_TASK_TIME_LIMIT, which would kill sends in progress


@shared_task(name="moderation.fetch_pictures")
def fetch_pictures() -> None:
    from moderation.media.fetch import fetch_due
    from moderation.text_locator.wanted import is_on

    until = monotonic() + FETCH_SECONDS
    for _ in fetch_due():
        if is_on():
            notify(locate_texts)
        if monotonic() > until:
            notify(fetch_pictures)
            return


@shared_task(name="moderation.locate_texts")
def locate_texts() -> None:
    from moderation.text_locator.locate import locate_due

    until = monotonic() + LOCATE_SECONDS
    for _ in locate_due():
        if monotonic() > until:
            notify(locate_texts)
            return


@shared_task(name="moderation.moderate_calls")
def moderate_calls() -> None:
    """The gateway stands above this module: what works off its calls is the function at settings.CALLS_HANDOVER."""
    until = monotonic() + MODERATE_SECONDS
    for _ in import_string(settings.CALLS_HANDOVER)():
        if monotonic() > until:
            notify(moderate_calls)
            return


@shared_task(name="moderation.deliver_due")
def deliver_due() -> None:
    from moderation.webhooks import redeliver_all
    from moderation.webhooks.deliver import deliver_due

    redeliver_all.work()
    deliver_due(only_one=True, for_seconds=DELIVER_SECONDS, each_second=partial(redeliver_all.work, for_seconds=0.2))


@shared_task(name="moderation.mail_passwords")
def mail_passwords() -> None:
    from accounts.auth import password_mail

    password_mail.send_waiting()


def mail_waits() -> None:
    """The function at settings.MAIL_HANDOVER: `accounts` calls it in the transaction that notes a mail to send."""
    notify(mail_passwords)


@shared_task(name="moderation.send_endpoint_tests")
def send_endpoint_tests() -> None:
    from moderation.webhooks import endpoint_tests

    endpoint_tests.send_waiting()


@shared_task(name="moderation.replay_policies")
def replay_policies() -> None:
    from moderation.replay import jobs

    if jobs.work(for_seconds=REPLAY_SECONDS):
        notify(replay_policies)
