"""What is odd about rules that can be read: they are never reached, or ask for a word list that finds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext

from moderation import labels
from moderation.models import WordList
from moderation.policy import Policy
from moderation.policy.reach import never_reached


def flags(policy: Policy) -> list[list[str]]:
    """For each rule, sentences for the person who edits it. They stop nobody from saving."""
    taken = never_reached(policy, labels.in_force())
    asks_for_words = any(rule.asks("words") for rule in policy.rules)
    lists = dict(WordList.objects.values_list("name", "enabled")) if asks_for_words else {}
    enabled = {name.casefold(): is_on for name, is_on in lists.items()}
    return [
        [*_reach(taken.get(place)), *_words(rule.texts("words"), enabled)] for place, rule in enumerate(policy.rules)
    ]


def _reach(earlier: int | None) -> Iterator[str]:
    if earlier is not None:
        told = gettext("Never reached: rule %(number)s takes every result that this one would take.")
        yield told % {"number": earlier + 1}


def _words(names: tuple[str, ...], enabled: Mapping[str, bool]) -> Iterator[str]:
    for name in names:
        if name not in enabled:
            told = gettext("No list of ours is called “%(name)s”: only a list of the machine can match.")
            yield told % {"name": name}
        elif not enabled[name]:
            yield gettext("The list “%(name)s” is disabled and finds nothing.") % {"name": name}
