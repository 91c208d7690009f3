"""What is typed into a queue's page and not yet saved: each change as a sentence with its own way back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from accounts.versions.words import change_in_words
from review.models import Queue
from review.queues import configure
from review.views.manage.queue_forms import QueueForm


@dataclass(frozen=True, slots=True)
class PendingChange:
    """`name` is the field that the way back restores."""

    name: str
    sentence: str


def pending(form: QueueForm, queue: Queue) -> list[PendingChange]:
    """`queue` is as it is stored; the form was checked."""
    stored, typed = configure.EDITED.values(queue), json.loads(json.dumps(form.values()))
    plain = json.loads(json.dumps(dict(stored)))
    return [
        PendingChange(name, change_in_words(queue, configure.EDITED.labels, name, plain[name], typed[name]))
        for name in plain
        if name in typed and plain[name] != typed[name]
    ]
