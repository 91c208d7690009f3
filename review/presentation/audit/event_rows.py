"""A row of the stream: who, the sentence, and what opens below it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from accounts import times
from accounts.audit_actions import AuditAction
from accounts.audit_chain.erase import ERASED
from accounts.audit_sentences import kind_of, sentence_of
from accounts.models import AuditEvent, AuditLink
from accounts.roles import Role
from review.models import Lease, Verdict
from review.presentation.audit import changes
from review.presentation.audit.changes import Change
from review.presentation.audit.things import MOST_LISTED, Things, kind_name
from review.presentation.label_names import risk_level_name
from review.presentation.messages import describe

MOST_CASES = 3  # in a sentence
LONGEST_FACT = 2000
_IN_THE_ROW = {"note", "cases", "outcomes"}  # told by columns or facts of their own


@dataclass(frozen=True, slots=True)
class Row:
    """`who` is a name, `person` its user's id, if it is one; `mark` is drawn beside it."""

    event: AuditEvent
    who: str
    person: int | None
    mark: str
    is_system: bool
    sentence: SafeString
    kind: str
    address: str
    changes: Sequence[Change]
    facts: Sequence[tuple[str, str]]
    cases: Sequence[SafeString]
    chain: str
    about: str

    @property
    def is_of_another(self) -> bool:
        """Whether there is a thing to follow beside the person."""
        event = self.event
        return bool(event.on_id) and (event.on_type, event.on_id) != ("user", str(self.person))


def rows(events: Sequence[AuditEvent]) -> list[Row]:
    things, before = Things(events), _hashes_before(events)
    return [_row(event, things, before) for event in events]


def sentence(event: AuditEvent, things: Things) -> SafeString:
    """Without the name of who did it. An action that is not known any more reads as it is stored."""
    known = sentence_of(event.action)
    if known is None:
        return format_html("<code>{}</code> {}", event.action, things.about(event))
    values = _values(event, things)
    if "changed" in values:  # names and texts of any language
        values["changed"] = format_html("<bdi>{}</bdi>", values["changed"])
    return format_html(known.text(values), **{"on": things.about(event), **values})


def plain_sentence(event: AuditEvent, things: Things) -> str:
    """The same as text, for files."""
    known = sentence_of(event.action)
    if known is None:
        return f"{event.action} {things.name(event)}"
    values = _values(event, things)
    if cases := event.details.get("cases"):
        values["cases"] = ", ".join(map(str, cases))
    return known.text(values).format(**{"on": things.name(event), **values})


def who(event: AuditEvent) -> str:
    """A person by their present name, a key as it was, a part of the system in words."""
    if event.by:
        return str(event.by)
    if event.action == AuditAction.USER_SIGN_IN_FAILED:
        return pgettext("who did it", "Somebody")
    parts = {
        "policy": pgettext("who did it", "The policy"),
        "maintenance": pgettext("who did it", "Maintenance"),
        "deliver": pgettext("who did it", "Delivery"),
        "events": pgettext("who did it", "The event feed"),
        "command line": pgettext("who did it", "The command line"),
    }
    return parts.get(event.by_name, event.by_name)


def address(event: AuditEvent) -> str:
    """From where somebody signed in. Other events keep addresses of pictures and endpoints under that name."""
    return str(event.details.get("address") or "") if event.on_type == "user" else ""


def _row(event: AuditEvent, things: Things, before: dict[int, bytes]) -> Row:
    kind = kind_of(event.action)
    told = changes.changes(event, things)
    return Row(
        event=event,
        who=who(event),
        person=event.by_id,
        mark=_mark(event),
        is_system=event.by is None,
        sentence=sentence(event, things),
        kind=kind.words if kind else event.action,
        address=address(event),
        changes=told,
        facts=_facts(event, told),
        cases=[things.case(pk) for pk in (event.details.get("cases") or ())[:MOST_LISTED]],
        chain=_chain(event, before),
        about=things.name(event),
    )


def _mark(event: AuditEvent) -> str:
    if event.by:
        return event.by.initials
    if event.action == AuditAction.USER_SIGN_IN_FAILED:
        return "!"
    return "K" if event.by_name.startswith("key ") else "⟳"


def _values(event: AuditEvent, things: Things) -> dict[str, Any]:
    """What the event knows, in words; empty values are as if they were not there."""
    values = {name: _word(name, value) for name, value in event.details.items()}
    values = {name: value for name, value in values.items() if value not in ("", None)}
    if event.details.get("before") == 0:  # no policy was in force
        values.pop("before", None)
    if line := changes.in_one_line(changes.changes(event, things)):
        values["changed"] = line
    if cases := event.details.get("cases"):
        values["cases"] = _some_cases(cases, things)
    return values


def _some_cases(cases: Sequence[int], things: Things) -> SafeString:
    shown = format_html_join(", ", "{}", ((things.case(pk),) for pk in cases[:MOST_CASES]))
    left = len(cases) - MOST_CASES
    return shown if left <= 0 else format_html("{} {}", shown, gettext("and {n} more").format(n=left))


def _word(name: str, value: Any) -> Any:
    if name in _WORDS and value not in (None, ""):
        try:
            return _WORDS[name](value)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return str(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return intcomma(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value


def _outcomes(counted: dict[str, int]) -> str:
    labels = dict(Lease.Outcome.choices) | {"open": gettext("not ended then")}
    return ", ".join(f"{intcomma(count)} {labels.get(outcome, outcome)}" for outcome, count in counted.items())


def _time(text: str) -> str:
    return times.text(datetime.fromisoformat(text))


def _way(way: str) -> str:
    return gettext("a sign-in link") if way == "link" else way


_WORDS: dict[str, Callable[[Any], Any]] = {
    "verdict": lambda value: str(Verdict(value).label),
    "risk_level": risk_level_name,
    "role": lambda value: str(Role(value).label),
    "why": describe,
    "until": _time,
    "expires_at": _time,
    "ends_at": _time,
    "hour": _time,
    "minute": _time,
    "outcomes": _outcomes,
    "way": _way,
}


def _facts(event: AuditEvent, told: Sequence[Change]) -> list[tuple[str, str]]:
    """Everything else that the event knows, the note first; by the names that the event keeps."""
    apart = changes.kept_apart(event) if told else set()
    facts = [(gettext("Why, as typed"), f"“{event.details['note']}”")] if event.details.get("note") else []
    if outcomes := event.details.get("outcomes"):
        facts.append((gettext("How they ended"), str(_word("outcomes", outcomes))))
    if event.details == ERASED:
        return [
            (gettext("Details"), gettext("erased")),
            (gettext("About"), f"{kind_name(event.on_type)} {event.on_id}"),
        ]
    facts.append((gettext("About"), f"{kind_name(event.on_type)} {event.on_id}".strip()))
    for name, value in event.details.items():
        if name not in apart | _IN_THE_ROW and (text := _word(name, value)) not in ("", None):
            facts.append((format_html("<code>{}</code>", name), str(text)[:LONGEST_FACT]))
    return facts


def _hashes_before(events: Sequence[AuditEvent]) -> dict[int, bytes]:
    """The hash of the link before each event's link, by the number of the latter."""
    numbers = [event.link.number - 1 for event in events if hasattr(event, "link")]
    return {number + 1: bytes(link.hash) for number, link in AuditLink.objects.in_bulk(numbers).items()}


def _chain(event: AuditEvent, before: dict[int, bytes]) -> str:
    """“a41c…9e07 → 5fd2…b310”; "" while it is not linked."""
    if not hasattr(event, "link"):
        return ""
    start = short_hash(before[event.link.number]) if event.link.number in before else "0"
    return f"{start} → {short_hash(event.link.hash)}"


def short_hash(digest: bytes | memoryview) -> str:
    text = bytes(digest).hex()
    return f"{text[:4]}…{text[-4:]}"
