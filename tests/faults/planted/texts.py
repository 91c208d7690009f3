"""Change a text of a module of the product, and fail where it is not there any more."""

from __future__ import annotations

from types import ModuleType


def change(module: ModuleType, name: str, *, old: str, new: str) -> None:
    text = vars(module)[name]
    assert text.count(old) == 1, f"{module.__name__}.{name} has changed: plant the bug anew ({old!r})"
    vars(module)[name] = text.replace(old, new)


def replace(module: ModuleType, name: str, value: object) -> None:
    assert name in vars(module), f"{module.__name__} has no {name} any more: plant the bug anew"
    vars(module)[name] = value
