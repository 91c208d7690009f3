"""What each audit event says: its kind, and its sentence behind the name of who did it (Ada "put policy 13 in force").

Every AuditAction has its line in `SENTENCES`; a new action gets one here, in the same commit, and a Chinese one in
`locale/`. In a sentence `{on}` is the thing (shown as a link), any other `{name}` is the value of that name in the
event's details. An action with several sentences is told by the first whose values are all there, so that older rows,
which know less, still read well: end with one that needs none. `short` is how the event reads on the page of the thing
itself, where neither is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.audit_actions import AuditAction as A
from accounts.audit_kinds import Kind

_SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The texts are marked for translation and translated when they are read."""

    kind: Kind
    texts: tuple[Any, ...]
    shorts: tuple[Any, ...] = ()

    def text(self, known: Collection[str]) -> str:
        """The first sentence whose values are all `known`, with its places still open."""
        return _first(self.texts, known)

    def short(self, known: Collection[str]) -> str:
        """As on the thing's own page; "" when it is only told elsewhere."""
        return _first(self.shorts, known)


def kind_of(action: str) -> Kind | None:
    """None for an action of an older version that is not known any more."""
    known = SENTENCES.get(CURRENT.get(action, action))
    return known.kind if known else None


def sentence_of(action: str) -> Sentence | None:
    return SENTENCES.get(CURRENT.get(action, action))


def actions_of(kinds: Collection[str]) -> list[str]:
    """The actions of these kinds, with their former names."""
    now = [str(action) for action, sentence in SENTENCES.items() if sentence.kind in kinds]
    return now + [former for former, current in CURRENT.items() if current in now]


def _first(texts: tuple[Any, ...], known: Collection[str]) -> str:
    for text in map(str, texts):
        if all(name == "on" or name in known for name in _SLOT.findall(text)):
            return text
    return str(texts[-1]) if texts else ""


def _says(kind: Kind, *texts: Any, short: tuple[Any, ...] = ()) -> Sentence:
    return Sentence(kind, texts, short)


CURRENT = {
    "preferences.default_changed": A.PREFERENCES_DEFAULT_CHANGED,
    "case.second-opinion": A.CASE_SECOND_OPINION_ASKED,
    "case.other-picture": A.CASE_OTHER_PICTURE_SENT,
}
"""Former names of actions, which older rows keep."""

SENTENCES: dict[str, Sentence] = {
    A.USER_ADDED: _says(Kind.PEOPLE, _("added {on} as {role}"), _("added {on}")),
    A.USER_CHANGED: _says(Kind.PEOPLE, _("changed {on}: {changed}"), _("changed {on}")),
    A.USER_PASSWORD_SET: _says(Kind.PEOPLE, _("set the password of {on}")),
    A.USER_SIGN_IN_LINK_MADE: _says(Kind.PEOPLE, _("made a sign-in link for {on}")),
    A.USER_SIGNED_IN: _says(Kind.SIGN_IN, _("signed in by {way}"), _("signed in")),
    A.USER_SIGNED_OUT: _says(Kind.SIGN_IN, _("signed out")),
    A.USER_SIGN_IN_FAILED: _says(
        Kind.SIGN_IN, _("tried to sign in as somebody unknown here ({unknown})"), _("failed to sign in as {on}")
    ),
    A.APP_REGISTERED: _says(Kind.APP, _("registered the app {on}")),
    A.APP_CHANGED: _says(Kind.APP, _("changed the app {on}: {changed}"), _("changed the app {on}")),
    A.KEY_ISSUED: _says(Kind.KEY, _("issued the key {on} for {app}"), _("issued the key {on} for all apps")),
    A.KEY_REVOKED: _says(Kind.KEY, _("revoked the key {on}")),
    A.CALLBACK_ADDRESS_CREATED: _says(
        Kind.KEY, _("created the callback address {on} for {app}"), _("created the callback address {on}")
    ),
    A.CALLBACK_ADDRESS_CHANGED: _says(
        Kind.KEY, _("changed the callback address {on}: {changed}"), _("changed the callback address {on}")
    ),
    A.CALLBACK_ADDRESS_REVOKED: _says(Kind.KEY, _("revoked the callback address {on}")),
    A.ENDPOINT_CREATED: _says(Kind.ENDPOINT, _("created the endpoint {on} at {url}"), _("created the endpoint {on}")),
    A.ENDPOINT_CHANGED: _says(Kind.ENDPOINT, _("changed the endpoint {on}: {changed}"), _("changed the endpoint {on}")),
    A.ENDPOINT_DELETED: _says(Kind.ENDPOINT, _("deleted the endpoint {on} at {url}"), _("deleted the endpoint {on}")),
    A.ENDPOINT_DISABLED: _says(Kind.ENDPOINT, _("disabled the endpoint {on}: {why}"), _("disabled the endpoint {on}")),
    A.ENDPOINT_SECRET_ROTATED: _says(Kind.ENDPOINT, _("rotated the secret of {on}")),
    A.ENDPOINT_TEST_SENT: _says(Kind.ENDPOINT, _("sent a test event to {on}")),
    A.POLICY_DRAFTED: _says(Kind.POLICY, _("drafted {on}")),
    A.POLICY_PUT_IN_FORCE: _says(Kind.POLICY, _("put {on} in force, after policy {before}"), _("put {on} in force")),
    A.LABEL_NAMED: _says(Kind.LABEL, _("named or rated the label {on}: {changed}"), _("named or rated the label {on}")),
    A.WORD_LIST_CREATED: _says(Kind.WORD_LIST, _("created the word list {on}")),
    A.WORD_LIST_RENAMED: _says(
        Kind.WORD_LIST, _("renamed the word list {before} to {on}"), _("renamed the word list {on}")
    ),
    A.WORD_LIST_ENABLED: _says(Kind.WORD_LIST, _("enabled the word list {on}")),
    A.WORD_LIST_DISABLED: _says(Kind.WORD_LIST, _("disabled the word list {on}")),
    A.WORD_LIST_DELETED: _says(
        Kind.WORD_LIST, _("deleted the word list {on} of {words} words"), _("deleted the word list {on}")
    ),
    A.WORD_LIST_IMPORTED: _says(
        Kind.WORD_LIST, _("imported {added} words into the word list {on}"), _("imported words into the word list {on}")
    ),
    A.WORD_LIST_EXPORTED: _says(Kind.EXPORT, _("exported the word list {name}"), _("exported the word lists")),
    A.WORD_LIST_WORDS_ADDED: _says(
        Kind.WORD_LIST, _("added {added} words to the word list {on}"), _("added words to the word list {on}")
    ),
    A.WORD_LIST_WORDS_REMOVED: _says(
        Kind.WORD_LIST, _("removed {removed} words from the word list {on}"), _("removed words from the word list {on}")
    ),
    A.QUEUE_CREATED: _says(Kind.QUEUE, _("created the queue {on}")),
    A.QUEUE_CHANGED: _says(Kind.QUEUE, _("changed the queue {on}: {changed}"), _("changed the queue {on}")),
    A.QUEUE_MEMBERS_SET: _says(
        Kind.QUEUE, _("changed the members of {on}: {changed}"), _("changed the members of {on}")
    ),
    A.QUEUE_REASONS_SET: _says(
        Kind.QUEUE, _("changed the reasons of {on}: {changed}"), _("changed the reasons of {on}")
    ),
    A.QUEUE_GUIDELINE_WRITTEN: _says(Kind.QUEUE, _("wrote the guideline of {on}")),
    A.PRACTICE_WAIVED: _says(Kind.PRACTICE, _("let {on} begin without practice")),
    A.PRACTICE_FINISHED: _says(Kind.PRACTICE, _("finished practice")),
    A.PREFERENCES_DEFAULT_CHANGED: _says(
        Kind.SYSTEM,
        _("changed the blur for all who chose none: {changed}"),
        _("changed the blur for all who chose none"),
    ),
    A.VIEW_SAVED: _says(Kind.CASE, _("saved the search {name}"), _("saved a search")),
    A.VIEW_DELETED: _says(Kind.CASE, _("deleted the search {name}"), _("deleted a search")),
    A.CASE_RECEIVED: _says(Kind.CASE, _("sent {on}")),
    A.CASE_REVISED: _says(Kind.CASE, _("sent revision {revision} of {on}"), _("sent a revision of {on}")),
    A.CASE_COMPLETED: _says(
        Kind.CASE, _("told more of the request of {on}"), short=(_("A repeat told more of the request"),)
    ),
    A.CASE_DECIDED: _says(
        Kind.DECISION,
        _("decided {on}: {verdict}, {reason}"),
        _("decided {on}: {verdict}"),
        _("decided {on}"),
    ),
    A.CASE_SKIPPED: _says(Kind.DECISION, _("skipped {on}"), short=(_("Skipped"),)),
    A.CASE_ESCALATED: _says(
        Kind.DECISION,
        _("escalated {on} to {to}"),
        _("escalated {on}: {why}"),
        _("escalated {on} to any lead"),
        short=(_("Escalated to {to}"), _("Escalated to any lead")),
    ),
    A.CASE_SNOOZED: _says(
        Kind.DECISION,
        _("snoozed {on} until {until}"),
        _("snoozed {on}"),
        short=(_("Snoozed until {until}"), _("Snoozed")),
    ),
    A.CASE_BROUGHT_BACK: _says(Kind.DECISION, _("brought back {on}"), short=(_("Brought back from snooze"),)),
    A.CASE_ASSIGNED: _says(
        Kind.DECISION,
        _("assigned {on} to {to}"),
        _("gave {on} back to everybody"),
        short=(_("Assigned to {to}"), _("Given back to everybody")),
    ),
    A.CASE_SECOND_OPINION_ASKED: _says(
        Kind.DECISION,
        _("asked {to} for a second opinion on {on}"),
        _("asked for a second opinion on {on}"),
        short=(_("Asked {to} for a second opinion"), _("Asked for a second opinion")),
    ),
    A.CASE_TAKEN_BACK: _says(
        Kind.DECISION, _("took {on} back before anybody opened it"), short=(_("Taken back before anybody opened it"),)
    ),
    A.CASE_TAKEN_UP: _says(
        Kind.LEASE, _("opened {on} directly, out of queue order"), short=(_("Opened directly, out of queue order"),)
    ),
    A.CASE_REOPENED: _says(Kind.DECISION, _("reopened {on} for a correction"), short=(_("Reopened for a correction"),)),
    A.CASE_OTHER_PICTURE_SENT: _says(
        Kind.CASE,
        _("sent another picture for {on}; the first one stays shown"),
        short=(_("A later result names another picture; the first one stays shown"),),
    ),
    A.CASE_PICTURE_ASKED_FOR: _says(
        Kind.CASE, _("asked for the picture of {on} again"), short=(_("Asked for the picture again"),)
    ),
    A.DECISION_UNDONE: _says(Kind.DECISION, _("undid the decision on {on}")),
    A.RESULT_FINALISED: _says(
        Kind.DECISION,
        _("made the final result {revision} of {on}: {risk_level}"),
        _("made the final result of {on}"),
    ),
    A.RESULT_WITHDRAWN: _says(
        Kind.DECISION, _("withdrew the final result {revision} of {on}"), _("withdrew the final result of {on}")
    ),
    A.FEED_EPOCH_REPLACED: _says(
        Kind.SYSTEM,
        _("made the cursors of the event feed invalid: {why}"),
        _("made the cursors of the event feed invalid"),
    ),
    A.DELIVERY_REDELIVERED: _says(Kind.DELIVERY, _("sent {on} once more")),
    A.QUARANTINE_KEPT: _says(Kind.QUARANTINE, _("quarantined {on}: {bytes} bytes"), _("quarantined {on}")),
    A.QUARANTINE_DISMISSED: _says(Kind.QUARANTINE, _("dismissed {on}")),
    A.QUARANTINE_REPLAYED: _says(Kind.QUARANTINE, _("replayed {on}")),
    A.QUARANTINE_REPLAY_REFUSED: _says(Kind.QUARANTINE, _("tried to replay {on}, which was refused again")),
    A.PICTURES_VIEWED: _says(Kind.VIEW, _("loaded the clear picture of {cases}"), _("loaded clear pictures")),
    A.LEASES_TAKEN: _says(
        Kind.LEASE,
        _("leased {count} cases in {on} in the hour from {hour}: {outcomes}"),
        _("leased cases in {on}"),
    ),
    A.KEY_USED: _says(Kind.KEY, _("was used {calls} times on {day}"), _("was used")),
    A.AUDIT_EXPORTED: _says(
        Kind.EXPORT,
        _("exported {count} events of the audit as {form}: {filters}"),
        _("exported {count} events of the audit as {form}"),
        _("exported the audit"),
    ),
}
