"""Stored messages in the language of the page: why a task waits, why there is no picture, why a delivery failed."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.messages import LedgerCode, Stored
from moderation.messages.message import word
from moderation.policy import Taxonomy
from review.presentation.label_names import last_level_name
from review.workflow.message_codes import WorkflowCode

CODES = (LedgerCode, WorkflowCode)


def describe(stored: Stored, taxonomy: Taxonomy | None = None) -> str:
    """The sentence for a stored message, "" for none. `taxonomy` names labels; without it the one in force is read, if
    the message names one.
    """
    return word(stored, codes=CODES, translate=gettext, label_name=partial(_label_name, taxonomy))


def _label_name(taxonomy: Taxonomy | None, path: str) -> str:
    names = taxonomy or labels.in_force()
    return last_level_name(LabelPath(*path.split("/", 2)), names)
