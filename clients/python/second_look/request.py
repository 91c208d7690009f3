"""A call as a value: what is sent, and how its answer is read. `client` sends it, with or without async."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Request(Generic[T]):
    """`may_repeat`: carrying it out twice is the same as once. It is sent again also when an answer got lost."""

    method: str
    path: str
    read: Callable[[Any], T]
    body: Any = None
    query: Json = field(default_factory=dict)
    may_repeat: bool = True


@dataclass(frozen=True)
class Chunk(Generic[T]):
    """A page of a list. `next` is None behind the last one."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True)
class Paged(Generic[T]):
    """A list that comes in pages. With `is_feed` there is always a next page: the list ends for now at an empty one."""

    path: str
    read: Callable[[Json], T]
    query: Json
    cursor_name: str = "cursor"
    is_feed: bool = False

    def page(self, cursor: str | None) -> Request[Chunk[T]]:
        query = {**self.query, self.cursor_name: cursor} if cursor else self.query
        return Request("GET", self.path, self._chunk, query=query)

    def _chunk(self, body: Json) -> Chunk[T]:
        items = tuple(map(self.read, body["items"]))
        return Chunk(items, body["next"] if items or not self.is_feed else None)


def without_nothing(fields: Json) -> dict[str, Any]:
    """What was given: a parameter that is None is not sent."""
    return {name: value for name, value in fields.items() if value is not None}
