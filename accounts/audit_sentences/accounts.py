"""Sentences about people and their sign-ins, apps, keys and the installation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.audit_actions import AuditAction as A
from accounts.audit_kinds import Kind
from accounts.audit_sentences.sentence import Sentence, says

SENTENCES: dict[str, Sentence] = {
    A.USER_ADDED: says(Kind.PEOPLE, _("added {on} as {role}"), _("added {on}")),
    A.USER_CHANGED: says(Kind.PEOPLE, _("changed {on}: {changed}"), _("changed {on}")),
    A.USER_PASSWORD_SET: says(Kind.PEOPLE, _("set the password of {on}")),
    A.USER_PASSWORD_LINK_MADE: says(Kind.PEOPLE, _("made a link for {on} to choose a new password")),
    A.USER_SIGN_IN_LINK_MADE: says(Kind.PEOPLE, _("made a sign-in link for {on}")),
    A.USER_SIGNED_IN: says(Kind.SIGN_IN, _("signed in by {way}"), _("signed in")),
    A.USER_SIGNED_OUT: says(Kind.SIGN_IN, _("signed out")),
    A.USER_SIGN_IN_FAILED: says(
        Kind.SIGN_IN, _("tried to sign in as somebody unknown here ({unknown})"), _("failed to sign in as {on}")
    ),
    A.USER_SESSION_ENDED: says(Kind.SIGN_IN, _("ended a session of {on} at {address}"), _("ended a session of {on}")),
    A.USER_SESSIONS_ENDED: says(Kind.SIGN_IN, _("ended all sessions of {on}")),
    A.USER_SECOND_FACTOR_ADDED: says(Kind.SIGN_IN, _("added a second factor: {kind}"), _("added a second factor")),
    A.USER_SECOND_FACTOR_REMOVED: says(
        Kind.SIGN_IN, _("removed a second factor: {kind}"), _("removed a second factor")
    ),
    A.USER_SECOND_FACTOR_FAILED: says(Kind.SIGN_IN, _("tried a wrong code for {on}")),
    A.USER_SECOND_FACTOR_RESET: says(Kind.PEOPLE, _("reset the second factor of {on}")),
    A.USER_SIGN_ON_CONNECTED: says(Kind.SIGN_IN, _("connected {on} to single sign-on")),
    A.SECOND_FACTOR_REQUIRED: says(
        Kind.PEOPLE, _("changed who needs a second factor: {changed}"), _("changed who needs a second factor")
    ),
    A.INVITATION_MADE: says(Kind.PEOPLE, _("invited {email} as {role}"), _("invited {on}")),
    A.INVITATION_RENEWED: says(Kind.PEOPLE, _("made a new invitation link for {email}"), _("made a new link for {on}")),
    A.INVITATION_REVOKED: says(Kind.PEOPLE, _("revoked the invitation of {email}"), _("revoked {on}")),
    A.INVITATION_ACCEPTED: says(Kind.PEOPLE, _("accepted the invitation")),
    A.APP_REGISTERED: says(Kind.APP, _("registered the app {on}")),
    A.APP_ENGINES_SET: says(Kind.APP, _("set the engines of {on}")),
    A.APP_CHANGED: says(Kind.APP, _("changed the app {on}: {changed}"), _("changed the app {on}")),
    A.SETUP_SEEN: says(Kind.SYSTEM, _("closed the set-up checklist")),
    A.KEY_ISSUED: says(Kind.KEY, _("issued the key {on} for {app}"), _("issued the key {on} for all apps")),
    A.KEY_CHANGED: says(Kind.KEY, _("changed the key {on}: {changed}"), _("changed the key {on}")),
    A.KEY_ROTATED: says(
        Kind.KEY, _("rotated the key {on}; the old one works until {ends_at}"), _("rotated the key {on}")
    ),
    A.KEY_REVOKED: says(Kind.KEY, _("revoked the key {on}")),
    A.CALLBACK_ADDRESS_CREATED: says(
        Kind.KEY, _("created the callback address {on} for {app}"), _("created the callback address {on}")
    ),
    A.CALLBACK_ADDRESS_CHANGED: says(
        Kind.KEY, _("changed the callback address {on}: {changed}"), _("changed the callback address {on}")
    ),
    A.CALLBACK_ADDRESS_ROTATED: says(
        Kind.KEY,
        _("rotated the callback address {on}; the old one works until {ends_at}"),
        _("rotated the callback address {on}"),
    ),
    A.CALLBACK_ADDRESS_REVOKED: says(Kind.KEY, _("revoked the callback address {on}")),
    A.KEY_USED: says(Kind.KEY, _("was used {calls} times on {day}"), _("was used")),
    A.AUDIT_EXPORTED: says(
        Kind.EXPORT,
        _("exported {count} events of the audit as {form}: {filters}"),
        _("exported {count} events of the audit as {form}"),
        _("exported the audit"),
    ),
}
