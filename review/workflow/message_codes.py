"""The message codes that `review` stores for people to read, beside those of `moderation`: code and sentence."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from moderation.messages import MessageCode


class WorkflowCode(MessageCode):
    REOPENED = "task.reopened", _("opened again after a decision")
    SKIPPED_BY_OTHERS = "task.skipped-by-others", _("everybody else has skipped it")
    SKIPPED_BY_ALL = "task.skipped-by-all", _("everybody who is left has skipped it")
