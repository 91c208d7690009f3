"""Sentences about endpoints and deliveries, policy, labels, word lists, final results and the quarantine."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.audit_actions import AuditAction as A
from accounts.audit_kinds import Kind
from accounts.audit_sentences.sentence import Sentence, says

SENTENCES: dict[str, Sentence] = {
    A.ENDPOINT_CREATED: says(Kind.ENDPOINT, _("created the endpoint {on} at {url}"), _("created the endpoint {on}")),
    A.ENDPOINT_CHANGED: says(Kind.ENDPOINT, _("changed the endpoint {on}: {changed}"), _("changed the endpoint {on}")),
    A.ENDPOINT_DELETED: says(Kind.ENDPOINT, _("deleted the endpoint {on} at {url}"), _("deleted the endpoint {on}")),
    A.ENDPOINT_DISABLED: says(Kind.ENDPOINT, _("disabled the endpoint {on}: {why}"), _("disabled the endpoint {on}")),
    A.ENDPOINT_PAUSED: says(Kind.ENDPOINT, _("paused the endpoint {on}")),
    A.ENDPOINT_RESUMED: says(Kind.ENDPOINT, _("resumed the endpoint {on}")),
    A.ENDPOINT_PAUSED_FOR_FAILING: says(
        Kind.ENDPOINT,
        _("paused the endpoint {on}, which failed for a day: {why}"),
        _("paused the endpoint {on}, which failed for a day"),
    ),
    A.ENDPOINT_OLD_SECRET_ENDED: says(Kind.ENDPOINT, _("ended the old secret of {on}")),
    A.ENDPOINT_SECRET_ROTATED: says(Kind.ENDPOINT, _("rotated the secret of {on}")),
    A.ENDPOINT_TEST_SENT: says(Kind.ENDPOINT, _("sent a test event to {on}")),
    A.POLICY_DRAFTED: says(Kind.POLICY, _("drafted {on}")),
    A.POLICY_PUT_IN_FORCE: says(Kind.POLICY, _("put {on} in force, after policy {before}"), _("put {on} in force")),
    A.POLICY_REPLAY_STARTED: says(
        Kind.POLICY, _("began to replay a policy on the last {last} cases"), _("began to replay a policy")
    ),
    A.POLICY_REPLAY_CANCELLED: says(Kind.POLICY, _("stopped a replay of a policy")),
    A.POLICY_ROLLED_BACK: says(Kind.POLICY, _("rolled back to {on}, from policy {before}"), _("rolled back to {on}")),
    A.POLICY_DRAFT_SAVED: says(
        Kind.POLICY,
        _("saved {on}; it changes {changes} things of policy {base}"),
        _("saved {on}"),
    ),
    A.POLICY_DRAFT_DISCARDED: says(Kind.POLICY, _("discarded {on}")),
    A.POLICY_SHADOW_STARTED: says(Kind.POLICY, _("started to evaluate {on} in shadow")),
    A.POLICY_SHADOW_STOPPED: says(Kind.POLICY, _("stopped evaluating {on} in shadow")),
    A.LABEL_NAMED: says(Kind.LABEL, _("named or rated the label {on}: {changed}"), _("named or rated the label {on}")),
    A.LABELS_IMPORTED: says(
        Kind.LABEL,
        _("imported labels: {new} new, {renamed} renamed, {rated} with another severity"),
        _("imported labels"),
    ),
    A.OWN_LABEL_ADDED: says(
        Kind.LABEL,
        _("mapped {label} of {app} to the customer’s {risk_label1}"),
        _("mapped a label to the customer’s own"),
    ),
    A.OWN_LABEL_CHANGED: says(
        Kind.LABEL,
        _("changed what the customer of {app} calls {label}: {changed}"),
        _("changed what a customer calls a label"),
    ),
    A.OWN_LABEL_REMOVED: says(
        Kind.LABEL, _("removed what the customer of {app} calls {label}"), _("removed what a customer calls a label")
    ),
    A.OWN_LABELS_IMPORTED: says(
        Kind.LABEL,
        _("imported the customer’s own labels of {on}: {added} added, {replaced} replaced, {removed} removed"),
        _("imported the customer’s own labels of {on}"),
    ),
    A.KNOWN_PICTURE_ADDED: says(
        Kind.LABEL,
        _("added a picture to the known pictures of {on} as {label}"),
        _("added a picture to the known pictures of {on}"),
    ),
    A.KNOWN_PICTURE_REMOVED: says(
        Kind.LABEL,
        _("removed a picture of {label} from the known pictures of {on}"),
        _("removed a picture from the known pictures of {on}"),
    ),
    A.WORD_LIST_CREATED: says(Kind.WORD_LIST, _("created the word list {on}")),
    A.WORD_LIST_RENAMED: says(
        Kind.WORD_LIST, _("renamed the word list {before} to {on}"), _("renamed the word list {on}")
    ),
    A.WORD_LIST_ENABLED: says(Kind.WORD_LIST, _("enabled the word list {on}")),
    A.WORD_LIST_DISABLED: says(Kind.WORD_LIST, _("disabled the word list {on}")),
    A.WORD_LIST_DELETED: says(
        Kind.WORD_LIST, _("deleted the word list {on} of {words} words"), _("deleted the word list {on}")
    ),
    A.WORD_LIST_IMPORTED: says(
        Kind.WORD_LIST, _("imported {added} words into the word list {on}"), _("imported words into the word list {on}")
    ),
    A.WORD_LIST_EXPORTED: says(Kind.EXPORT, _("exported the word list {name}"), _("exported the word lists")),
    A.WORD_LIST_WORDS_ADDED: says(
        Kind.WORD_LIST, _("added {added} words to the word list {on}"), _("added words to the word list {on}")
    ),
    A.WORD_LIST_WORDS_REMOVED: says(
        Kind.WORD_LIST, _("removed {removed} words from the word list {on}"), _("removed words from the word list {on}")
    ),
    A.RESULT_FINALISED: says(
        Kind.DECISION,
        _("made the final result {revision} of {on}: {risk_level}"),
        _("made the final result of {on}"),
    ),
    A.RESULT_WITHDRAWN: says(
        Kind.DECISION, _("withdrew the final result {revision} of {on}"), _("withdrew the final result of {on}")
    ),
    A.RETENTION_CHANGED: says(
        Kind.SYSTEM, _("changed how long data of {on} is kept: {changed}"), _("changed how long data of {on} is kept")
    ),
    A.RETENTION_ERASED: says(
        Kind.SYSTEM,
        _("erased what was kept long enough: {pictures} pictures, texts of {bodies} cases, records of {records} cases"),
        _("erased what was kept long enough"),
    ),
    A.ERASURE_STARTED: says(
        Kind.SYSTEM, _("began to erase a subject with {counted} cases"), _("began to erase a subject")
    ),
    A.ERASURE_FINISHED: says(
        Kind.SYSTEM, _("erased a subject: {count} cases, {kept} under legal hold stay"), _("erased a subject")
    ),
    A.FEED_EPOCH_REPLACED: says(
        Kind.SYSTEM,
        _("made the cursors of the event feed invalid: {why}"),
        _("made the cursors of the event feed invalid"),
    ),
    A.SECRET_KEY_ROTATED: says(
        Kind.SYSTEM,
        _("sealed {n} secrets with another secret key; {closed} stay closed"),
        _("sealed the secrets with another secret key"),
    ),
    A.BACKUP_RESTORED: says(
        Kind.SYSTEM, _("restored the database from the backup of {made_at}"), _("restored the database from a backup")
    ),
    A.DELIVERY_REDELIVERED: says(Kind.DELIVERY, _("sent {on} once more")),
    A.REDELIVERY_STARTED: says(
        Kind.DELIVERY, _("began to send {counted} deliveries once more"), _("began to send deliveries once more")
    ),
    A.REDELIVERY_CANCELLED: says(Kind.DELIVERY, _("stopped sending deliveries once more")),
    A.REDELIVERY_RESUMED: says(Kind.DELIVERY, _("went on sending deliveries once more")),
    A.REDELIVERY_FINISHED: says(
        Kind.DELIVERY, _("sent {done} deliveries once more"), _("sent all that matched once more")
    ),
    A.QUARANTINE_KEPT: says(Kind.QUARANTINE, _("quarantined {on}: {bytes} bytes"), _("quarantined {on}")),
    A.QUARANTINE_DISMISSED: says(Kind.QUARANTINE, _("dismissed {on}")),
    A.QUARANTINE_REPLAYED: says(Kind.QUARANTINE, _("replayed {on}")),
    A.QUARANTINE_REPLAY_REFUSED: says(Kind.QUARANTINE, _("tried to replay {on}, which was refused again")),
}
