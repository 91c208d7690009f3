"""The checks of the installation, asked by the health page and by `manage.py doctor`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation import last_times
from review.installation import access, databases, engines, files, mail, processes, text_locator
from review.installation.findings import Check, Finding, Seen, State, broken

CHECKS = (
    Check("postgresql", _("Database"), databases.postgresql, needs_database=False),
    Check("versions", _("Versions"), databases.versions),
    Check("migrations", _("Migrations"), databases.migrations),
    Check("static-files", _("Static files"), files.static_files, needs_database=False),
    Check("secret-key", _("Secret key"), access.secret_key),
    Check("settings", _("Unsafe settings"), access.unsafe_settings, needs_database=False),
    Check("clock", _("Clock"), databases.clock),
    Check("pictures", _("Picture store"), files.pictures, needs_database=False),
    Check("redis", "Redis", databases.redis_answers, needs_database=False),
    Check("dispatcher", _("Dispatcher"), processes.dispatcher),
    Check("worker", _("Worker"), processes.worker),
    Check("beat", _("Beat"), processes.beat),
    Check("engines", _("Engines"), engines.engines),
    Check("text-locator", _("Text locator"), text_locator.text_locator),
    Check("mail", _("Mail"), mail.mail, needs_database=False),
    Check("proxies", _("Proxies"), access.proxies, needs_database=False),
    Check("tls", "TLS", access.tls, needs_database=False),
    Check("backup", _("Last backup"), processes.backup),
    Check("every-result", _("Where is every result"), databases.every_result),
    Check("scores", _("Scores of older cases"), databases.scores),
    Check("sign-ins", _("Sign-ins"), access.sign_ins),
)


@dataclass(frozen=True, slots=True)
class Checked:
    name: str
    title: str
    state: State
    found: str
    to_do: str


def look(seen: Seen | None = None, *, checks: Iterable[Check] = CHECKS) -> list[Checked]:
    """Ask all of them, in their order. Never raises: a check that fails is broken itself."""
    with last_times.read_once():
        return _look(seen, checks)


def _look(seen: Seen | None, checks: Iterable[Check]) -> list[Checked]:
    found, database_answers = list[Checked](), True
    for check in checks:
        if check.needs_database and not database_answers:
            continue
        told = _ask(check, seen)
        if check.name == "postgresql":
            database_answers = told.state != State.BROKEN
        found.append(Checked(check.name, str(check.title), told.state, told.found, told.to_do))
    return found


def _ask(check: Check, seen: Seen | None) -> Finding:
    try:
        return check.ask(seen)
    except Exception as error:
        told = gettext("The check itself failed: `%(why)s`.") % {
            "why": f"{type(error).__name__}: {error}".strip()[:300]
        }
        return broken(told, gettext("Look at the log of this process."))
