"""Why a policy has to be confirmed by its number, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from moderation.policy.taxonomy import Taxonomy
from moderation.publishing.confirm import Reason
from review.presentation.policy_changes import label

Names = Mapping[str, str]


def sentence(reason: Reason, names: Names, taxonomy: Taxonomy) -> SafeString:
    """`names` are those of the queues, by slug."""
    if reason.kind == "queue-doubles":
        return _load(reason, names)
    where = reason.section or gettext("no section")
    told = {
        "rejects-less": gettext("In {}, critical labels are rejected less: {}."),
        "any-loosens": gettext("In {}, the threshold for every other label is milder about critical ones: {}."),
    }
    return format_html(told[reason.kind], format_html("<b><bdi>{}</bdi></b>", where), _labels(reason, taxonomy))


def _labels(reason: Reason, taxonomy: Taxonomy) -> SafeString:
    named = format_html_join(gettext(", "), "{}", ((label(key, taxonomy),) for key in reason.labels))
    more = reason.count - len(reason.labels)
    if more <= 0:
        return named
    return format_html(ngettext("{} and {} more", "{} and {} more", more), named, intcomma(more))


def _load(reason: Reason, names: Names) -> SafeString:
    numbers = (format_html("<b>{}</b>", intcomma(one)) for one in (reason.after, reason.results, reason.before))
    told = gettext("The queue {0} gets {1} of the last {2} results; by the policy in force it got {3}.")
    return format_html(told, format_html("<b><bdi>{}</bdi></b>", names.get(reason.queue, reason.queue)), *numbers)
