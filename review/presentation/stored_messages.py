"""What was written down in English, told in the language of the page.

Policy is pure and workers have no reader, so why a task waits, why there is no picture and why a delivery failed
stand in the database as plain English. A text that is not listed here is told as it stands.
"""

from __future__ import annotations

import re

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

_SENTENCES = (
    # what moves a task up the line
    _("{label} (critical)"),
    _("{label} (high)"),
    _("{label} (moderate)"),
    _("{label} (low)"),
    _("confidence {number}"),
    _("{number} rejected before"),
    _("user level {number}"),
    # where a result went, and why; `said` and `rule` are told in their turn
    _("the machine's result is intermediate (finalResult 0)"),
    _("the machine asks for a review"),
    _("the machine's {level} is final"),
    _("the detection service answered code {number}"),
    _("{said}, and kept without review: {rule}"),
    _("{said}, and a person looks at it: {rule}"),
    _("{said}; {rule}"),
    _("rule {number} “{name}” of policy {policy}"),
    _("rule {number} of policy {policy}"),
    _("rule {number}"),
    _("opened again after a decision"),
    _("everybody else has skipped it"),
    # why there is no picture
    _("The sender gave no picture with this result."),
    _("data.img is neither an http(s) address nor base64."),
    _("data.img is empty."),
    _("The file is empty."),
    _("The file is not a picture in any format that is shown."),
    _("The file is a web page, not a picture."),
    _("The picture is damaged: it ends early or contradicts itself, so it cannot be shown."),
    _("The picture is too large: up to 36 megapixels and 65,000 pixels a side are shown."),
    _("The picture takes more memory or time to decode than one picture may, so it is not shown."),
    _("The picture came with the result itself and is not kept any more."),
    _("Our copy of the picture is gone. It is fetched anew."),
    _("Our copy of the picture is gone. It came with the result itself, so it cannot be fetched anew."),
    _("The picture ended the process that prepares it, several times. It is not tried again."),
    _("The picture store did not answer for over an hour."),
    _("The picture store does not answer; this picture is tried again."),
    _("{said}. The backup address: {second}"),
    # why a call or a delivery failed
    _("undone before it left"),
    _("the endpoint was deleted"),
    _("the receiver answered {status}"),
    _('the reply is not JSON with "code": 1100'),
    _("{host} answered {status}"),
    _("{host} sent more than {number} bytes"),
    _("{host} has no address"),
    _("{host} has no address: {detail}"),
    _("cannot connect to {host}: {detail}"),
    _("no secure connection to {host}: {detail}"),
    _("{host} gave no usable answer: {detail}"),
)
_HOLES = {
    "number": r"[\d.,]+",
    "status": r"\d+( Gone)?",
    "policy": r"\d+",
    "level": "[A-Z]+",
    "host": r"\S+",
    "rule": "rule .+",
}
_TOLD_IN_TURN = ("said", "second", "rule")


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    holes = [f"(?P<{name}>{_HOLES.get(name, '.+')})" for name in parts[1::2]]
    fixed = [re.escape(part) for part in parts[0::2]]
    return re.compile("".join(a + b for a, b in zip(fixed, [*holes, ""], strict=True)), re.DOTALL)


_PATTERNS = [(_pattern(sentence), sentence) for sentence in _SENTENCES]


def told(text: str) -> str:
    """`text` in the active language, as far as it is known here."""
    if (get_language() or "en").startswith("en"):
        return text
    for pattern, sentence in _PATTERNS:
        if found := pattern.fullmatch(text):
            filled = found.groupdict()
            return gettext(sentence).format(
                **filled | {name: told(filled[name]) for name in _TOLD_IN_TURN if name in filled}
            )
    return text
