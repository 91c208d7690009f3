"""How an exchange with a receiver ended, in words: a few for a list, a sentence and an advice for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from moderation.messages import Stored
from moderation.webhooks.finding import Finding, finding

_FEW_WORDS = {
    Finding.NO_1100: _("no code 1100"),
    Finding.NO_SUCH_HOST: _("no such host"),
    Finding.NO_CONNECTION: _("no connection"),
    Finding.NOT_SECURE: _("TLS"),
    Finding.SLOW_TO_CONNECT: _("slow to connect"),
    Finding.SLOW_TO_ANSWER: _("no byte in time"),
    Finding.UNFINISHED: _("not finished in time"),
    Finding.NO_HTTP: _("no HTTP"),
    Finding.REFUSED_BY_US: _("address refused"),
    Finding.OUR_FAULT: _("our fault"),
}
_HEADINGS: dict[Finding, Any] = {
    Finding.FINE: _("The receiver works: it accepted the test"),
    Finding.SIGNATURE_REFUSED: _("The receiver refused the signature, most likely: a wrong secret"),
    Finding.BAD_REQUEST: _("The receiver refused the request as a bad one"),
    Finding.NOT_FOUND: _("There is a server, but nothing at this path"),
    Finding.GONE: _("The receiver says that it is gone for good"),
    Finding.REDIRECT: _("The receiver redirects to another address, which is not followed"),
    Finding.SERVER_ERROR: _("The receiver failed: an error of its own"),
    Finding.TOO_MANY: _("The receiver asks for fewer calls"),
    Finding.OTHER_STATUS: _("The receiver refused the request"),
    Finding.NO_1100: _("The receiver answered, but without “code”: 1100"),
    Finding.NO_SUCH_HOST: _("The host is dead: its name has no address"),
    Finding.NO_CONNECTION: _("The host is dead: nothing answers there"),
    Finding.NOT_SECURE: _("No secure connection: the certificate is not accepted"),
    Finding.SLOW_TO_CONNECT: _("The host is dead or too slow: no connection in time"),
    Finding.SLOW_TO_ANSWER: _("The receiver is too slow: no answer in time"),
    Finding.UNFINISHED: _("The receiver is too slow: its answer did not end in time"),
    Finding.NO_HTTP: _("Something answers there, but not with HTTP"),
    Finding.REFUSED_BY_US: _("We do not call this address"),
    Finding.OUR_FAULT: _("Nothing was sent: the fault is ours"),
}
_ADVICE: dict[Finding, Any] = {
    Finding.FINE: _("It can still ignore the signature: try it with a wrong secret, and it should answer 401."),
    Finding.SIGNATURE_REFUSED: _(
        "It received the request and would not accept it. We cannot see its secret. Check that it has the whole secret "
        "that ends as shown here, with whsec_ in front; that it verifies the body as received, before any parsing; "
        "that its clock is right to within five minutes; and that no login of a gateway stands before it."
    ),
    Finding.BAD_REQUEST: _(
        "Its answer may say what it wanted. Some receivers answer so to a wrong signature: compare the end of the "
        "secret. Others expect another body form than this endpoint has."
    ),
    Finding.NOT_FOUND: _("Compare the path of the address with the receiver's routes."),
    Finding.GONE: _("For a real delivery this would disable the endpoint until somebody enables it again."),
    Finding.REDIRECT: _("Enter the address that its Location header names, if it is the right one."),
    Finding.SERVER_ERROR: _("Look for this webhook-id in the receiver's own log. Real deliveries are tried again."),
    Finding.TOO_MANY: _("Real deliveries wait for as long as its Retry-After says, up to a day."),
    Finding.OTHER_STATUS: _("Its answer may say why. Real deliveries are tried again."),
    Finding.NO_1100: _(
        "The plain form is delivered only when the JSON reply has “code”: 1100. Choose another form, or reply so."
    ),
    Finding.NO_SUCH_HOST: _("Check the spelling of the host, and its DNS records."),
    Finding.NO_CONNECTION: _("Check that the receiver runs, the port, and its firewall."),
    Finding.NOT_SECURE: _("Check that its certificate is valid, for this name, and sent with its whole chain."),
    Finding.SLOW_TO_CONNECT: _(
        "A firewall that drops packets looks like this, and so does a host that is switched off."
    ),
    Finding.SLOW_TO_ANSWER: _("It should store the webhook, answer at once, and work afterwards."),
    Finding.UNFINISHED: _(
        "It should answer with a few bytes and close. Any 2xx line that arrives counts as delivered."
    ),
    Finding.NO_HTTP: _("Check the port, and whether it speaks http or https."),
    Finding.REFUSED_BY_US: _("Private addresses are called only when OUTBOUND_ALLOWED_NETWORKS names them."),
    Finding.OUR_FAULT: _("The receiver had no part in it. See the health page and our log."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """`tone` is good, warn or bad."""

    finding: Finding
    heading: str
    advice: str

    @property
    def tone(self) -> str:
        return {Finding.FINE: "good", Finding.OUR_FAULT: "warn"}.get(self.finding, "bad")


def tell(*, status: int | None, why: Stored) -> Told:
    found = finding(status=status, why=why)
    return Told(found, str(_HEADINGS[found]), str(_ADVICE[found]))


def in_few_words(*, status: int | None, why: Stored) -> str:
    """`503`, `no byte in time`."""
    found = finding(status=status, why=why)
    return str(_FEW_WORDS.get(found, "" if status is None else status))


def milliseconds(number: int | None) -> str:
    """`84 ms`, `10.0 s`."""
    if number is None:
        return ""
    if number < 1000:
        return gettext("%(number)d ms") % {"number": number}
    return gettext("%(number)s s") % {"number": f"{number / 1000:.1f}"}


def duration(seconds: float) -> str:
    """`5 s`, `2 min`, `5 h`, `2 d`: to one unit."""
    for size, unit in _UNITS:
        if seconds >= 2 * size:
            return str(unit) % {"number": round(seconds / size)}
    return str(_UNITS[-1][1]) % {"number": round(seconds)}


_UNITS = (
    (86_400, pgettext_lazy("duration", "%(number)d d")),
    (3_600, pgettext_lazy("duration", "%(number)d h")),
    (60, pgettext_lazy("duration", "%(number)d min")),
    (1, pgettext_lazy("duration", "%(number)d s")),
)
