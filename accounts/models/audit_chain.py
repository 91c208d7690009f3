"""The hash chain over the audit's events, in tables of its own: decisions write events and never wait for the chain."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models.access_key import AccessKey
from accounts.models.audit_event import AuditEvent


class AuditLink(models.Model):
    """One link: an event's number in the chain, and a hash over it and the link before. Never changed, by a trigger.

    `digest` is over the event's details and the name of who did it, with the salt: the two may be erased, and the
    chain still holds. No foreign key in the database: a link must outlive an event that somebody removed.
    """

    number = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.DO_NOTHING, db_constraint=False, related_name="link")
    digest = models.BinaryField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.number}: {bytes(self.hash).hex()}"


class AuditSalt(models.Model):
    """The salt of a link's digest. Deleting it with the details leaves nothing from which they could be guessed."""

    event = models.OneToOneField(
        AuditEvent, models.DO_NOTHING, db_constraint=False, related_name="salt", primary_key=True
    )
    salt = models.BinaryField()

    def __str__(self) -> str:
        return f"salt of {self.event_id}"


class AuditAnchor(models.Model):
    """The head of the chain at one time, so that a cut tail is seen. Never changed, by a trigger; also in a file."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.number} at {self.at}"


class AuditChain(models.Model):
    """How far the chain and its checks have come, in the one row of this table.

    Every event up to `complete_to` is linked or will never exist; see `accounts.audit_chain.append`.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")
    complete_to = models.BigIntegerField(default=0)
    candidate = models.BigIntegerField(default=0)
    candidate_at = models.DateTimeField(null=True)
    verified_number = models.BigIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    reread_number = models.BigIntegerField(default=0)  # how far the present pass over the whole chain is
    reread_at = models.DateTimeField(null=True)  # the end of the last whole pass
    fault = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"


class AuditCount(models.Model):
    """How many events of an action are in the chain."""

    action = models.CharField(primary_key=True, max_length=60)
    events = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.action}: {self.events}"


class KeyUse(models.Model):
    """How often an access key was used on one day, in UTC. `told` of the calls are in the audit already."""

    key = models.ForeignKey(AccessKey, models.CASCADE, related_name="uses")
    day = models.DateField()
    calls = models.BigIntegerField()
    told = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="key_use_once_a_day")]
        indexes = [models.Index(fields=["day"], name="key_use_by_day")]

    def __str__(self) -> str:
        return f"{self.key_id} on {self.day}: {self.calls}"
