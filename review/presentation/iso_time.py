"""Times as the API has them: RFC 3339 in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import overload


@overload
def iso(at: datetime) -> str: ...
@overload
def iso(at: datetime | None) -> str | None: ...
def iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
