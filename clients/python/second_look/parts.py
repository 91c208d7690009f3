"""The calls of a client, by subject. Each is made once, as a value (`image`, `results`, `policy`), and becomes a method
that sends it: at once here, awaited in the async client. ParamSpec carries its parameters and types along.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from second_look import image, policy, results
from second_look.request import Paged, Request

P = ParamSpec("P")
T = TypeVar("T")


class Sender(Protocol):
    app_id: str | None

    def send(self, request: Request[T], /) -> T: ...


class AsyncSender(Protocol):
    app_id: str | None

    async def send(self, request: Request[T], /) -> T: ...


class Part:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender


class AsyncPart:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender


def sent(make: Callable[P, Request[T]]) -> Callable[Concatenate[Any, P], T]:
    made = _of_app(make)

    @wraps(make)
    def method(self: Part, /, *args: P.args, **named: P.kwargs) -> T:
        return self._sender.send(made(self._sender.app_id, *args, **named))

    return method


def awaited(make: Callable[P, Request[T]]) -> Callable[Concatenate[Any, P], Awaitable[T]]:
    made = _of_app(make)

    @wraps(make)
    async def method(self: AsyncPart, /, *args: P.args, **named: P.kwargs) -> T:
        return await self._sender.send(made(self._sender.app_id, *args, **named))

    return method


def listed(make: Callable[P, Paged[T]]) -> Callable[Concatenate[Any, P], Iterator[T]]:
    """Page after page, each asked for when it is needed."""
    made = _of_app(make)

    @wraps(make)
    def method(self: Part, /, *args: P.args, **named: P.kwargs) -> Iterator[T]:
        pages = made(self._sender.app_id, *args, **named)
        page = self._sender.send(pages.page(None))
        yield from page.items
        while page.next is not None:
            page = self._sender.send(pages.page(page.next))
            yield from page.items

    return method


def listed_async(make: Callable[P, Paged[T]]) -> Callable[Concatenate[Any, P], AsyncIterator[T]]:
    made = _of_app(make)

    @wraps(make)
    async def method(self: AsyncPart, /, *args: P.args, **named: P.kwargs) -> AsyncIterator[T]:
        pages = made(self._sender.app_id, *args, **named)
        page = await self._sender.send(pages.page(None))
        for one in page.items:
            yield one
        while page.next is not None:
            page = await self._sender.send(pages.page(page.next))
            for one in page.items:
                yield one

    return method


def _of_app(make: Callable[P, T]) -> Callable[Concatenate[str | None, P], T]:
    """The same with the client's app, where it takes one and none is given."""
    takes_app = "app_id" in signature(make).parameters

    def made(app_id: str | None, /, *args: P.args, **named: P.kwargs) -> T:
        if takes_app and app_id is not None and named.get("app_id") is None:
            named["app_id"] = app_id
        return make(*args, **named)

    return made


class Image(Part):
    check = sent(image.check)
    moderate = sent(image.moderate)
    submit = sent(image.submit)
    moderate_batch = sent(image.moderate_batch)
    submit_batch = sent(image.submit_batch)
    query = sent(image.query)
    query_many = sent(image.query_many)


class AsyncImage(AsyncPart):
    check = awaited(image.check)
    moderate = awaited(image.moderate)
    submit = awaited(image.submit)
    moderate_batch = awaited(image.moderate_batch)
    submit_batch = awaited(image.submit_batch)
    query = awaited(image.query)
    query_many = awaited(image.query_many)


class Results(Part):
    post = sent(results.post)
    post_batch = sent(results.post_batch)
    get = sent(results.get)
    list = listed(results.cases)


class AsyncResults(AsyncPart):
    post = awaited(results.post)
    post_batch = awaited(results.post_batch)
    get = awaited(results.get)
    list = listed_async(results.cases)


class Events(Part):
    list = listed(results.events)


class AsyncEvents(AsyncPart):
    list = listed_async(results.events)


class Deliveries(Part):
    list = listed(results.deliveries)
    redeliver = sent(results.redeliver)


class AsyncDeliveries(AsyncPart):
    list = listed_async(results.deliveries)
    redeliver = awaited(results.redeliver)


class Policy(Part):
    in_force = sent(policy.in_force)
    draft = sent(policy.draft)
    save = sent(policy.save)
    discard = sent(policy.discard)
    replay = sent(policy.replay)
    get_replay = sent(policy.get_replay)
    start_shadow = sent(policy.start_shadow)
    shadow = sent(policy.shadow)
    stop_shadow = sent(policy.stop_shadow)
    publish = sent(policy.publish)
    roll_back = sent(policy.roll_back)


class AsyncPolicy(AsyncPart):
    in_force = awaited(policy.in_force)
    draft = awaited(policy.draft)
    save = awaited(policy.save)
    discard = awaited(policy.discard)
    replay = awaited(policy.replay)
    get_replay = awaited(policy.get_replay)
    start_shadow = awaited(policy.start_shadow)
    shadow = awaited(policy.shadow)
    stop_shadow = awaited(policy.stop_shadow)
    publish = awaited(policy.publish)
    roll_back = awaited(policy.roll_back)
