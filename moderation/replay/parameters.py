"""The parameters of a statement that is composed of parts."""

from __future__ import annotations

from typing import Any


class Parameters:
    """`add` returns the placeholder to write into the statement. `values` are passed with it."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any, kind: str = "") -> str:
        """`kind` is the type to cast to, such as `text[]`."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s::{kind}" if kind else f"%({name})s"

    def table(self, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> str:
        """Rows as a table in FROM; `columns` are their types by their names."""
        by_column = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        arrays = [self.add(list(values), f"{kind}[]") for values, kind in zip(by_column, columns.values(), strict=True)]
        return f"unnest({', '.join(arrays)}) AS {name} ({', '.join(columns)})"
