from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class WordList(models.Model):
    """Words that the recognised text is searched for.

    Case, width and compatibility forms never matter, whatever the kind: see moderation/word_lists/folding.py.
    """

    class Kind(models.TextChoices):
        PLAIN = "plain", _("anywhere in the text")
        WHOLE = "whole", _("whole words")
        PATTERN = "pattern", _("patterns")

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Texts for which its patterns took too long, so that the search of this list was stopped.
    skipped_texts = models.PositiveBigIntegerField(default=0, db_default=0)
    skipped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["plain", "whole", "pattern"]), name="word_list_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="word_list_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ListedEntry(models.Model):
    """One word of a list as it was entered, or one pattern. `key` is what is compared: the folded word."""

    word_list = models.ForeignKey(WordList, models.CASCADE, related_name="entries")
    text = models.TextField()
    key = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word_list", "key"], name="listed_entry_once_in_its_list"),
            models.CheckConstraint(condition=~models.Q(key=""), name="listed_entry_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text
