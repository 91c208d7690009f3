"""JSON into values: `riskLevel` becomes `risk_level`, and a field that is missing keeps its default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
_WORD = re.compile(r"_([a-z])")


def fill(kind: type[T], body: Mapping[str, Any], **more: Any) -> T:
    """A dataclass of the fields of `body`, but for those given in `more`. Null counts as missing."""
    names = {one.name: camel(one.name) for one in fields(kind)}  # type: ignore[arg-type] # dataclasses have no type
    found = {name: body[sent] for name, sent in names.items() if body.get(sent) is not None}
    return kind(**{**found, **more})


def camel(name: str) -> str:
    return _WORD.sub(lambda found: found[1].upper(), name)


def moment(sent: str | None) -> datetime | None:
    return datetime.fromisoformat(sent) if sent else None
