"""The sections in the bar of every page, and the line of links of the section that a page belongs to.

A page belongs to the entry with whose address its own begins, also after a form was refused at an address of its own;
of several to the longest. Entries that a person may not open are not shown; that is no guard, the pages check for
themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from review.cases import attention, my_work
from review.installation import setup


def _everybody(user: User) -> bool:
    return True


def _with(permission: Permission) -> Callable[[User], bool]:
    return lambda user: may(user, permission)


_administers = _with(Permission.ADMINISTER)


def _sets_up(user: User) -> bool:
    return _administers(user) and not setup.is_seen()


def _only_tries(user: User) -> bool:
    return may(user, Permission.TRY_PICTURES) and not _administers(user)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link. `besides` are views elsewhere that its pages begin with, too; `count` names what of `attention` stands
    beside it.
    """

    name: Any
    view: str
    shown_to: Callable[[User], bool] = _everybody
    besides: tuple[str, ...] = ()
    count: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    name: Any
    entries: tuple[Entry, ...]


SECTIONS = (
    Section("board", _("Board"), (Entry(_("Board"), "board"),)),
    Section("cases", _("Cases"), (Entry(_("Cases"), "cases"),)),
    Section(
        "my-work",
        _("My work"),
        (
            Entry(_("My work"), "my_work", count="asked"),
            Entry(_("Escalated cases"), "escalated", my_work.can_see_escalated),
            Entry(_("My statistics"), "personal"),
            Entry(_("Practice"), "practice"),
        ),
    ),
    Section(
        "policy",
        _("Policy"),
        (
            Entry(_("Thresholds"), "thresholds", _administers),
            Entry(_("Routing rules"), "rules", _administers, besides=("draft",)),
            Entry(_("Labels"), "labels", _administers, count="unnamed_labels"),
            Entry(_("Profiles"), "profiles", _administers),
            Entry(_("Disposal"), "disposals", _administers),
            Entry(_("Word lists"), "word_lists", _administers),
            Entry(_("Known pictures"), "known_pictures", _administers),
            Entry(_("Replays"), "replays", _administers),
            Entry(_("Versions"), "rules_versions", _administers),
            Entry(_("Try a picture"), "try_picture", _administers),
        ),
    ),
    Section("try", _("Try a picture"), (Entry(_("Try a picture"), "try_picture", _only_tries),)),
    Section("reports", _("Reports"), (Entry(_("Reports"), "queue_report", _with(Permission.SEE_REPORTS)),)),
    Section(
        "manage",
        _("Manage"),
        (
            Entry(_("Set-up"), "manage", _sets_up),
            Entry(_("Queues"), "manage_queues", _administers),
            Entry(_("Teams"), "manage_teams", _administers),
            Entry(_("People"), "manage_people", _administers),
            Entry(_("Apps and keys"), "manage_apps", _administers),
            Entry(_("Engines"), "manage_engines", _administers),
            Entry(_("Endpoints"), "manage_endpoints", _administers),
            Entry(_("Deliveries"), "manage_deliveries", _administers, count="dead_deliveries"),
            Entry(_("Quarantine"), "quarantine", _administers, count="quarantine"),
            Entry(_("Retention"), "manage_retention", _with(Permission.ERASE)),
            Entry(_("Audit"), "manage_audit", _with(Permission.READ_AUDIT)),
            Entry(_("Health"), "manage_health", _administers),
        ),
    ),
)
_EVERY = tuple(entry for section in SECTIONS for entry in section.entries)


@dataclass(frozen=True, slots=True)
class Link:
    name: Any
    address: str
    current: str  # for `aria-current`: "page", "true" where the page is one of those below it, else ""
    count: int = 0


class Navigation:
    """What one request's page shows."""

    def __init__(self, request: HttpRequest) -> None:
        self._user = request.user if isinstance(request.user, User) and request.user.is_active else None
        self._path = request.path

    @property
    def sections(self) -> list[Link]:
        """The bar: each section leads to the first of its pages."""
        shown = [(section, self._entries(section)) for section in SECTIONS]
        current = self._current()
        return [
            Link(section.name, _address(entries[0]), self._mark_of(section, current), self._waiting(section))
            for section, entries in shown
            if entries
        ]

    @property
    def links(self) -> list[Link]:
        """The line of links: none where a section has one page alone."""
        section = self._current()
        entries = self._entries(section) if section else []
        links = [Link(entry.name, _address(entry), self._mark(entry), self._count(entry)) for entry in entries]
        return links if len(links) > 1 else []

    @property
    def section_name(self) -> Any:
        section = self._current()
        return section.name if section else ""

    @property
    def is_wide(self) -> bool:
        """Lists with a panel beside them take the whole window."""
        section = self._current()
        return section is not None and section.key == "manage"

    def first_of(self, key: str) -> str:
        """The address that a section leads to; "" for a person who may open none of its pages."""
        entries = next(self._entries(section) for section in SECTIONS if section.key == key)
        return _address(entries[0]) if entries else ""

    def _entries(self, section: Section) -> list[Entry]:
        user = self._user
        return [entry for entry in section.entries if user and entry.shown_to(user)]

    def _current(self) -> Section | None:
        return next((section for section in SECTIONS if self._entry in section.entries), None)

    def _mark(self, entry: Entry) -> str:
        if entry is not self._entry:
            return ""
        return "page" if self._path == _address(entry) else "true"

    def _mark_of(self, section: Section, current: Section | None) -> str:
        """Where there is a line of links, that says which page it is."""
        if section != current or not self._entry:
            return ""
        return "true" if self.links else self._mark(self._entry)

    @cached_property
    def _entry(self) -> Entry | None:
        """The one that the page belongs to; of two for different people the one that this person has. The board's
        address is the beginning of every other.
        """
        entries = sorted(_EVERY, key=lambda one: bool(self._user and one.shown_to(self._user)))
        starts = {reverse(f"review:{view}"): entry for entry in entries for view in (entry.view, *entry.besides)}
        if self._path in starts:
            return starts[self._path]
        fitting = [one for one in starts if one != reverse("review:board") and self._path.startswith(one)]
        return starts[max(fitting, key=len)] if fitting else None

    def _waiting(self, section: Section) -> int:
        return sum(map(self._count, self._entries(section)))

    def _count(self, entry: Entry) -> int:
        if entry.count == "asked":
            return self._asked
        return attention.for_administrators()[entry.count] if entry.count else 0

    @cached_property
    def _asked(self) -> int:
        return attention.asked_of(self._user) if self._user else 0


def of(request: HttpRequest) -> Navigation:
    return Navigation(request)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The context processor; pages without the bar cost nothing."""
    return {"navigation": SimpleLazyObject(lambda: of(request))}


def _address(entry: Entry) -> str:
    return reverse(f"review:{entry.view}")
