"""All that the audit records, as `noun.verb-past`; each has its sentence in `audit_sentences`. Rows never change:
when a member is renamed its old name is noted beside it and in `audit_sentences.CURRENT`, because older rows keep it.
"""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_PASSWORD_SET = "user.password-set"  # noqa: S105 - names an act
    USER_PASSWORD_LINK_MADE = "user.password-link-made"  # noqa: S105 - names an act
    USER_SIGN_IN_LINK_MADE = "user.sign-in-link-made"
    USER_SIGNED_IN = "user.signed-in"
    USER_SIGNED_OUT = "user.signed-out"
    USER_SIGN_IN_FAILED = "user.sign-in-failed"
    USER_SESSION_ENDED = "user.session-ended"
    USER_SESSIONS_ENDED = "user.sessions-ended"
    USER_SECOND_FACTOR_ADDED = "user.second-factor-added"
    USER_SECOND_FACTOR_REMOVED = "user.second-factor-removed"
    USER_SECOND_FACTOR_FAILED = "user.second-factor-failed"
    USER_SECOND_FACTOR_RESET = "user.second-factor-reset"
    USER_SIGN_ON_CONNECTED = "user.sign-on-connected"  # to the account at the provider of single sign-on
    SECOND_FACTOR_REQUIRED = "second-factor.required"
    INVITATION_MADE = "invitation.made"
    INVITATION_RENEWED = "invitation.renewed"
    INVITATION_REVOKED = "invitation.revoked"
    INVITATION_ACCEPTED = "invitation.accepted"
    APP_REGISTERED = "app.registered"
    APP_CHANGED = "app.changed"
    SETUP_SEEN = "setup.seen"
    KEY_ISSUED = "key.issued"
    KEY_CHANGED = "key.changed"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    CALLBACK_ADDRESS_CREATED = "callback-address.created"
    CALLBACK_ADDRESS_CHANGED = "callback-address.changed"
    CALLBACK_ADDRESS_ROTATED = "callback-address.rotated"
    CALLBACK_ADDRESS_REVOKED = "callback-address.revoked"
    ENDPOINT_CREATED = "endpoint.created"
    ENDPOINT_CHANGED = "endpoint.changed"
    ENDPOINT_DELETED = "endpoint.deleted"
    ENDPOINT_DISABLED = "endpoint.disabled"
    ENDPOINT_PAUSED = "endpoint.paused"
    ENDPOINT_RESUMED = "endpoint.resumed"
    ENDPOINT_PAUSED_FOR_FAILING = "endpoint.paused-for-failing"
    ENDPOINT_OLD_SECRET_ENDED = "endpoint.old-secret-ended"  # noqa: S105 - names an act
    ENDPOINT_SECRET_ROTATED = "endpoint.secret-rotated"  # noqa: S105 - names an act
    ENDPOINT_TEST_SENT = "endpoint.test-sent"

    POLICY_DRAFTED = "policy.drafted"
    POLICY_PUT_IN_FORCE = "policy.put-in-force"
    LABEL_NAMED = "label.named"
    WORD_LIST_CREATED = "word-list.created"
    WORD_LIST_RENAMED = "word-list.renamed"
    WORD_LIST_ENABLED = "word-list.enabled"
    WORD_LIST_DISABLED = "word-list.disabled"
    WORD_LIST_DELETED = "word-list.deleted"
    WORD_LIST_IMPORTED = "word-list.imported"
    WORD_LIST_EXPORTED = "word-list.exported"
    WORD_LIST_WORDS_ADDED = "word-list.words-added"
    WORD_LIST_WORDS_REMOVED = "word-list.words-removed"

    QUEUE_CREATED = "queue.created"
    QUEUE_CHANGED = "queue.changed"
    QUEUE_MEMBERS_SET = "queue.members-set"
    QUEUE_REASONS_SET = "queue.reasons-set"
    QUEUE_PAUSED = "queue.paused"
    QUEUE_RESUMED = "queue.resumed"
    QUEUE_CLOSED = "queue.closed"
    QUEUE_REOPENED = "queue.reopened"
    QUEUE_WEIGHTS_SET = "queue.weights-set"
    QUEUE_TEAMS_SET = "queue.teams-set"
    TEAM_CREATED = "team.created"
    TEAM_CHANGED = "team.changed"
    TEAM_DELETED = "team.deleted"
    QUEUE_GUIDELINE_WRITTEN = "queue.guideline-written"
    PRACTICE_WAIVED = "practice.waived"
    PRACTICE_FINISHED = "practice.finished"
    PREFERENCES_DEFAULT_CHANGED = "preferences.default-changed"  # was preferences.default_changed
    VIEW_SAVED = "view.saved"
    VIEW_DELETED = "view.deleted"

    CASE_RECEIVED = "case.received"
    CASE_REVISED = "case.revised"
    CASE_COMPLETED = "case.completed"
    CASE_DECIDED = "case.decided"
    CASE_SKIPPED = "case.skipped"
    CASE_ESCALATED = "case.escalated"
    CASE_SNOOZED = "case.snoozed"
    CASE_BROUGHT_BACK = "case.brought-back"
    CASE_ASSIGNED = "case.assigned"
    CASE_MOVED = "case.moved"
    CASE_SECOND_OPINION_ASKED = "case.second-opinion-asked"  # was case.second-opinion
    CASE_TAKEN_BACK = "case.taken-back"
    CASE_TAKEN_UP = "case.taken-up"
    CASE_REOPENED = "case.reopened"
    CASE_OTHER_PICTURE_SENT = "case.other-picture-sent"
    CASE_PICTURE_ASKED_FOR = "case.picture-asked-for"
    DECISION_UNDONE = "decision.undone"
    RESULT_FINALISED = "result.finalised"
    RESULT_WITHDRAWN = "result.withdrawn"
    FEED_EPOCH_REPLACED = "feed.epoch-replaced"
    DELIVERY_REDELIVERED = "delivery.redelivered"
    REDELIVERY_STARTED = "redelivery.started"
    REDELIVERY_CANCELLED = "redelivery.cancelled"
    REDELIVERY_RESUMED = "redelivery.resumed"
    REDELIVERY_FINISHED = "redelivery.finished"
    QUARANTINE_KEPT = "quarantine.kept"
    QUARANTINE_DISMISSED = "quarantine.dismissed"
    QUARANTINE_REPLAYED = "quarantine.replayed"
    QUARANTINE_REPLAY_REFUSED = "quarantine.replay-refused"

    PICTURES_VIEWED = "pictures.viewed"  # gathered by person and minute
    LEASES_TAKEN = "leases.taken"  # gathered by person, queue and hour, an hour later
    KEY_USED = "key.used"  # gathered by key and day
    AUDIT_EXPORTED = "audit.exported"
