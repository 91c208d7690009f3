"""Why a call to the outside did not succeed, and whether another try can.

OutboundError              `why`: a message for people; `str()` of it is in English, for logs
├── OurFault               nothing was sent: this machine or its settings are at fault; retry for ever
├── Refused                by us, before a byte was sent; never retry
│   ├── UrlRefused         the URL breaks a rule
│   └── AddressRefused     the host is an address we do not call
└── Failed                 on the way; `retry` says whether the same call may succeed soon
    ├── CannotResolve      the name has no address
    ├── CannotConnect      no server answers there, or its certificate is not valid for the host
    ├── TimedOut           connecting, waiting or the whole exchange took too long
    ├── BadStatus          a status outside 2xx where 2xx is needed
    ├── TooLarge           more bytes than the limit
    └── BrokenReply        not HTTP, or cut off
"""

from __future__ import annotations

from moderation.messages import LedgerCode, Message, english

WHY_LENGTH = 300
TOO_MANY = 429
PASSING_STATUSES = frozenset({408, 425, TOO_MANY})


def printable(text: str) -> str:
    """Untrusted `text` on one line of at most `WHY_LENGTH` characters, control characters escaped."""
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:WHY_LENGTH])
    return escaped if len(escaped) <= WHY_LENGTH else escaped[: WHY_LENGTH - 1] + "…"


class OutboundError(Exception):
    retry = False

    def __init__(self, code: LedgerCode | Message, **parameters: float | str | Message) -> None:
        printed = {name: printable(one) if isinstance(one, str) else one for name, one in parameters.items()}
        self.why = code if isinstance(code, Message) else Message(code, **printed)
        super().__init__(english(self.why))


class OurFault(OutboundError):
    """Never counted as a failure of the receiver."""

    retry = True


class OutboundRefused(OutboundError):
    """We refused to send; the URL or the setting has to change first."""


class UrlRefused(OutboundRefused):
    pass


class AddressRefused(OutboundRefused):
    def __init__(self, code: LedgerCode, *, address: str, **parameters: str | Message) -> None:
        self.address = printable(address)
        super().__init__(code, address=address, **parameters)


class Failed(OutboundError):
    retry_after: str | None = None
    """The header of the answer, where there was one."""

    def __init__(self, code: LedgerCode, *, retry: bool = True, **parameters: float | str) -> None:
        super().__init__(code, **parameters)
        self.retry = retry

    @property
    def asks_to_wait(self) -> bool:
        """Whether the host asked not to be called again at once."""
        return self.retry_after is not None


class CannotResolve(Failed):
    pass


class CannotConnect(Failed):
    pass


class TimedOut(Failed):
    pass


class BadStatus(Failed):
    def __init__(self, status: int, host: str, retry_after: str | None = None) -> None:
        retry = status >= 500 or status in PASSING_STATUSES
        super().__init__(LedgerCode.CALL_STATUS, host=host, status=status, retry=retry)
        self.status, self.retry_after = status, retry_after

    @property
    def asks_to_wait(self) -> bool:
        return self.status == TOO_MANY or super().asks_to_wait


class TooLarge(Failed):
    def __init__(self, host: str, max_bytes: int) -> None:
        super().__init__(LedgerCode.CALL_TOO_LARGE, host=host, bytes=max_bytes, retry=False)


class BrokenReply(Failed):
    pass
