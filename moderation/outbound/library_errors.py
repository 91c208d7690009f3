"""Translate every error of httpx and aiohttp into an OutboundError."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx

from moderation.messages import LedgerCode
from moderation.outbound.errors import BrokenReply, CannotConnect, OurFault, OutboundError, TimedOut, UrlRefused
from moderation.outbound.limits import Limits

# This machine has run out of something, whatever host was called.
_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL})


@contextmanager
def translated(host: str, limits: Limits) -> Iterator[None]:
    """Turn every error of the block, which talks to `host`, into an OutboundError."""
    try:
        yield
    except OutboundError:
        raise
    except Exception as error:
        raise _translation(_source(error), host, limits) from error


def _source(error: Exception) -> BaseException:
    """httpx's names for aiohttp's errors are not always right: a dropped connection is its ConnectTimeout."""
    return error.__cause__ if isinstance(error, httpx.TransportError) and error.__cause__ else error


def _translation(error: BaseException, host: str, limits: Limits) -> OutboundError:
    if (number := _errno(error)) in _OURS:
        return OurFault(LedgerCode.CALL_OUR_FAULT, host=host, detail=os.strerror(number))
    if isinstance(error, TimeoutError):
        return _lateness(error, host, limits)
    match error:
        case aiohttp.ClientSSLError():
            return CannotConnect(LedgerCode.CALL_NOT_SECURE, host=host, detail=_tls_detail(error.os_error), retry=False)
        case aiohttp.ClientConnectorError():
            return CannotConnect(LedgerCode.CALL_NOT_CONNECTED, host=host, detail=_os_detail(error.os_error))
        case aiohttp.InvalidURL() | httpx.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return UrlRefused(LedgerCode.CALL_NOT_CALLABLE, host=host, detail=str(error))
    detail = str(getattr(error, "message", "") or error or type(error).__name__)
    return BrokenReply(LedgerCode.CALL_BROKEN, host=host, detail=detail)


def _errno(error: BaseException) -> int:
    """The system's errno, also of an error that aiohttp has wrapped; 0 for none."""
    if isinstance(error, MemoryError):
        return errno.ENOMEM
    found = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return (found.errno or 0) if isinstance(found, OSError) else 0


def _lateness(error: TimeoutError, host: str, limits: Limits) -> TimedOut:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return TimedOut(LedgerCode.CALL_SLOW_TO_CONNECT, host=host, seconds=limits.connect_seconds)
        case aiohttp.SocketTimeoutError():
            return TimedOut(LedgerCode.CALL_SILENT, host=host, seconds=limits.first_byte_seconds)
    return TimedOut(LedgerCode.CALL_UNFINISHED, host=host, seconds=limits.total_seconds)


def _tls_detail(error: OSError) -> str:
    return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error)


def _os_detail(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
