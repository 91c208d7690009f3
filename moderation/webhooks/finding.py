"""What an exchange tells about the receiver, as one word for which a page has a sentence and an advice. Pure."""

from __future__ import annotations

from enum import StrEnum

from moderation.messages import LedgerCode, Stored


class Finding(StrEnum):
    FINE = "fine"
    SIGNATURE_REFUSED = "signature-refused"  # 401 or 403: most often a wrong secret
    BAD_REQUEST = "bad-request"  # 400 and 422: some receivers say so of a signature, too
    NOT_FOUND = "not-found"
    GONE = "gone"
    REDIRECT = "redirect"
    SERVER_ERROR = "server-error"
    TOO_MANY = "too-many"
    OTHER_STATUS = "other-status"
    NO_1100 = "no-1100"
    NO_SUCH_HOST = "no-such-host"
    NO_CONNECTION = "no-connection"
    NOT_SECURE = "not-secure"
    SLOW_TO_CONNECT = "slow-to-connect"
    SLOW_TO_ANSWER = "slow-to-answer"
    UNFINISHED = "unfinished"
    NO_HTTP = "no-http"
    REFUSED_BY_US = "refused-by-us"
    OUR_FAULT = "our-fault"


_BY_STATUS = {
    400: Finding.BAD_REQUEST,
    401: Finding.SIGNATURE_REFUSED,
    403: Finding.SIGNATURE_REFUSED,
    404: Finding.NOT_FOUND,
    410: Finding.GONE,
    422: Finding.BAD_REQUEST,
    429: Finding.TOO_MANY,
}
_BY_CODE = {
    LedgerCode.CALL_NO_RECORD: Finding.NO_SUCH_HOST,
    LedgerCode.CALL_NOT_RESOLVED: Finding.NO_SUCH_HOST,
    LedgerCode.CALL_NOT_A_NAME: Finding.NO_SUCH_HOST,
    LedgerCode.CALL_NOT_CONNECTED: Finding.NO_CONNECTION,
    LedgerCode.CALL_NOT_SECURE: Finding.NOT_SECURE,
    LedgerCode.CALL_SLOW_TO_CONNECT: Finding.SLOW_TO_CONNECT,
    LedgerCode.CALL_SILENT: Finding.SLOW_TO_ANSWER,
    LedgerCode.CALL_UNFINISHED: Finding.UNFINISHED,
    LedgerCode.CALL_BROKEN: Finding.NO_HTTP,
}
_OURS = frozenset(
    {
        LedgerCode.CALL_OUR_FAULT,
        LedgerCode.DELIVERY_WRONG_KEY,
        LedgerCode.DELIVERY_NOT_SIGNED,
        LedgerCode.DELIVERY_FAILED_HERE,
    }
)


def finding(*, status: int | None, why: Stored) -> Finding:
    """`why` is None when the webhook was accepted."""
    if why is None:
        return Finding.FINE
    if status is not None:
        return _of_status(status)
    code = why if isinstance(why, str) else str(why.get("code", ""))
    if code in _OURS:
        return Finding.OUR_FAULT
    return next((found for known, found in _BY_CODE.items() if known == code), Finding.REFUSED_BY_US)


def _of_status(status: int) -> Finding:
    if status < 300:
        return Finding.NO_1100
    if status < 400:
        return Finding.REDIRECT
    return Finding.SERVER_ERROR if status >= 500 else _BY_STATUS.get(status, Finding.OTHER_STATUS)
