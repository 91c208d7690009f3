"""Merge a form that was sent on an older version: what the person changed stays, the rest becomes what it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.versions.edited import Conflict

FIELD = "version"  # the hidden input that carries the version

Row = Mapping[str, Any]


def merge(sent: QueryDict, fields: Mapping[str, forms.Field], conflict: Conflict) -> QueryDict:
    """The sent form with the present values wherever the person had changed nothing."""
    merged = sent.copy()
    for name, field in fields.items():
        if name in conflict.now and not _is_touched(sent, name, field, conflict.before.get(name)):
            put(merged, name, conflict.now[name])
    return merged


def merge_rows(sent: QueryDict, prefix: str, conflict: Conflict, *, key: str, ids: Mapping[str, Any]) -> QueryDict:
    """The same for a formset, row by row: rows are the same when their `key` is. `ids` are the present rows' primary
    keys. A row that the person had removed is sent as one to delete.
    """
    before, now = conflict.before.get(prefix, {}), conflict.now.get(prefix, {})
    typed = _rows(sent, prefix, names=[*next(iter((now or before or {"": {}}).values())), key])
    kept = {code: now.get(code) if row == before.get(code) else row for code, row in typed.items()}
    kept |= {code: row for code, row in now.items() if code not in typed and code not in before}
    present = [(code, kept.get(code), ids[code]) for code in now]
    added = [(code, row, "") for code, row in kept.items() if row is not None and code not in now]
    return _with_rows(sent, prefix, [*present, *added], len(present), key, now)


def _is_touched(sent: QueryDict, name: str, field: forms.Field, before: Any) -> bool:
    typed = field.widget.value_from_datadict(sent, {}, name)
    if isinstance(typed, str) and typed == ("" if before is None else str(before)):
        return False  # a field of choices compares numbers with texts
    return field.has_changed(list(before) if isinstance(before, dict) else before, typed)


def put(merged: QueryDict, name: str, value: Any) -> None:
    """As a browser would send the value."""
    if isinstance(value, bool):
        value = ["on"] if value else []
    texts = map(str, value if isinstance(value, list | dict) else ["" if value is None else value])
    merged.setlist(name, list(texts))


def _rows(sent: QueryDict, prefix: str, *, names: list[str]) -> dict[str, Row]:
    """The rows that were not removed, by their key; one without a key by its place."""
    *others, key = names
    found: dict[str, Row] = {}
    for place in range(_count(sent, prefix)):
        row = {name: sent.get(f"{prefix}-{place}-{name}", "").strip() for name in others}
        code = sent.get(f"{prefix}-{place}-{key}", "").strip()
        if (code or any(row.values())) and f"{prefix}-{place}-DELETE" not in sent:
            found[code or f"\n{place}"] = row
    return found


def _with_rows(
    sent: QueryDict,
    prefix: str,
    rows: list[tuple[str, Row | None, Any]],
    initial: int,
    key: str,
    now: Mapping[str, Row],
) -> QueryDict:
    merged = sent.copy()
    for name in [name for name in merged if name.startswith(f"{prefix}-") and name[len(prefix) + 1 :][:1].isdigit()]:
        del merged[name]
    for place, (code, row, pk) in enumerate(rows):
        told = {key: "" if code.startswith("\n") else code, "id": pk, **(now[code] if row is None else row)}
        told |= {"DELETE": "on"} if row is None else {}
        merged.update({f"{prefix}-{place}-{name}": str(value) for name, value in told.items()})
    merged[f"{prefix}-TOTAL_FORMS"], merged[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), str(initial)
    return merged


def _count(sent: QueryDict, prefix: str) -> int:
    count = sent.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(count), 100) if count.isascii() and count.isdigit() and len(count) < 4 else 0
