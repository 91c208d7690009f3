"""Checks of the processes: who delivers, who works, who asks the workers, and how old the last backup is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from moderation.last_times import Happening, Last, last_times
from moderation.webhooks.dispatcher_lease import dispatching
from review.installation.findings import Finding, Seen, attention, broken, ok

SILENT_SECONDS = 60.0  # a worker says every ten seconds that it is there
BACKUP_DAYS = 2
DAY_SECONDS = 86_400


def dispatcher(seen: Seen | None) -> Finding:
    found = dispatching()
    to_do = gettext("Start, or start again, `python manage.py deliver_due --loop` or a worker.")
    if found.silent_seconds is None:
        return broken(gettext("None has ever looked for deliveries that are due."), to_do)
    looked = _ago(found.silent_seconds)
    if found.is_silent:
        return broken(gettext("Last seen %(ago)s: results wait.") % {"ago": looked}, to_do)
    if found.leased_by:
        return ok(gettext("`%(who)s` delivers.") % {"who": found.leased_by})
    return ok(gettext("Nothing is due; last seen %(ago)s.") % {"ago": looked})


def worker(seen: Seen | None) -> Finding:
    known = last_times()
    if _is_there(known, Happening.WORKER):
        return ok(_seen(known, Happening.WORKER))
    to_do = gettext("Start a worker: `celery --app moderation worker`.")
    if _is_there(known, Happening.MAINTENANCE):
        found = gettext("No worker answers; `manage.py maintain --loop` does its work.")
        return attention(found, to_do)
    return broken(_seen(known, Happening.WORKER), to_do)


def beat(seen: Seen | None) -> Finding:
    """Known by what it has workers do, so only while there is one."""
    known = last_times()
    if _is_there(known, Happening.BEAT):
        return ok(_seen(known, Happening.BEAT))
    if not _is_there(known, Happening.WORKER):
        return attention(gettext("Not known while no worker answers."), gettext("Start a worker first."))
    found = gettext("No beat asks the workers; they ask themselves, less often.")
    return attention(found, gettext("Start one: `celery --app moderation beat`."))


def backup(seen: Seen | None) -> Finding:
    last = last_times().get(Happening.BACKUP)
    to_do = gettext(
        "Run `python manage.py backup` every day, or end a script of your own with `python manage.py record_backup`."
    )
    if last is None:
        return attention(gettext("None is recorded."), to_do)
    found = gettext("%(ago)s, by `%(who)s`.") % {"ago": _ago(last.seconds_ago), "who": last.by}
    return attention(found, to_do) if last.seconds_ago > BACKUP_DAYS * DAY_SECONDS else ok(found)


def _is_there(known: Mapping[str, Last], what: Happening) -> bool:
    return what in known and known[what].seconds_ago <= SILENT_SECONDS


def _seen(known: Mapping[str, Last], what: Happening) -> str:
    last = known.get(what)
    if last is None:
        return gettext("None was ever seen.")
    return gettext("Last seen %(ago)s: `%(who)s`.") % {"ago": _ago(last.seconds_ago), "who": last.by}


def _ago(seconds: float) -> str:
    if seconds >= 2 * DAY_SECONDS:
        days = int(seconds // DAY_SECONDS)
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if seconds >= 7200:
        hours = int(seconds // 3600)
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if seconds >= 120:
        minutes = int(seconds // 60)
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    return gettext("%(n)d s ago") % {"n": int(seconds)}
