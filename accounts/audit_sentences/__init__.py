"""What each audit event says: its kind, and its sentence behind the name of who did it (Ada "put policy 13 in force").

Every AuditAction has its line in `SENTENCES`; a new action gets one in the module of its package, in the same commit,
and a Chinese one in `locale/`. In a sentence `{on}` is the thing (shown as a link), any other `{name}` is the value of
that name in the event's details. An action with several sentences is told by the first whose values are all there, so
that older rows, which know less, still read well: end with one that needs none. `short` is how the event reads on the
page of the thing itself, where neither is repeated.
"""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit_actions import AuditAction as A
from accounts.audit_kinds import Kind
from accounts.audit_sentences import accounts, moderation, review
from accounts.audit_sentences.sentence import Sentence

SENTENCES: dict[str, Sentence] = {**accounts.SENTENCES, **moderation.SENTENCES, **review.SENTENCES}
CURRENT = {
    "preferences.default_changed": A.PREFERENCES_DEFAULT_CHANGED,
    "case.second-opinion": A.CASE_SECOND_OPINION_ASKED,
    "case.other-picture": A.CASE_OTHER_PICTURE_SENT,
}
"""Former names of actions, which older rows keep."""


def kind_of(action: str) -> Kind | None:
    """None for an action of an older version that is not known any more."""
    known = SENTENCES.get(CURRENT.get(action, action))
    return known.kind if known else None


def sentence_of(action: str) -> Sentence | None:
    return SENTENCES.get(CURRENT.get(action, action))


def actions_of(kinds: Collection[str]) -> list[str]:
    """The actions of these kinds, with their former names."""
    now = [str(action) for action, sentence in SENTENCES.items() if sentence.kind in kinds]
    return _with_former_names(now)


def actions_saying(text: str) -> list[str]:
    """The actions whose sentence has this text, in the reader's language, with their former names."""
    return _with_former_names([str(action) for action, sentence in SENTENCES.items() if sentence.has(text)])


def _with_former_names(actions: list[str]) -> list[str]:
    return actions + [former for former, current in CURRENT.items() if current in actions]
