"""What log lines are about: facts that every line gets which is written within a block or the rest of a request.

`caseId` is the case's number, in every process; `webhookId` the delivery's; `httpRequest` the call's of a web process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

Fact = str | int | list[int] | None
_NOTHING: Mapping[str, Fact] = MappingProxyType({})
_about: ContextVar[Mapping[str, Fact]] = ContextVar("about", default=_NOTHING)


def facts() -> Mapping[str, Fact]:
    return _about.get()


@contextmanager
def about(**known: Fact) -> Iterator[None]:
    """Lines that are written in the block are about this too."""
    before = _about.set({**_about.get(), **known})
    try:
        yield
    finally:
        _about.reset(before)


def learn(**known: Fact) -> None:
    """Lines of the rest of the block around this are about this too."""
    if _about.get() is not _NOTHING:  # outside of any block it would stay for ever
        _about.set({**_about.get(), **known})
