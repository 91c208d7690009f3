"""Read the pictures of `POST /images/v4`: up to twelve in `data.imgs`, each with its `btId`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import AccessKey, App
from moderation.contract.fields import Fields
from moderation.contract.values import FieldError
from moderation.gateway.asked import Asked
from moderation.gateway.codes import wrong
from moderation.gateway.parameters import app_named, check_types, read_callback, read_picture, root

MOST = 12


def read_batch(body: Any, *, key: AccessKey, request_id: str) -> list[Asked]:
    """The pictures of a batch. What `data` says counts for each of them, unless the picture says it itself.

    Raises CallRefused: 1902 with every wrong parameter of every picture, 9101.
    """
    fields = root(body)
    app = app_named(fields, key)
    callback = read_callback(fields)
    asked = [
        _read(fields, place, item, app=app, request_id=request_id, callback=callback)
        for place, item in _items(fields).items()
    ]
    if fields.errors:
        raise wrong(fields.errors)
    for one in asked:
        check_types(one.types, app)
    return asked


def _items(fields: Fields) -> dict[int, dict[str, Any]]:
    """The objects in `data.imgs` by their places; what is wrong with the list itself is refused."""
    data = fields.child("data")
    items = data.values.get("imgs")
    if not isinstance(items, list) or not items:
        data.refuse("imgs", f"Missing or no array; send 1–{MOST} pictures, each with img and btId.")
        return {}
    if len(items) > MOST:
        data.refuse("imgs", f"Holds {len(items)} pictures; send at most {MOST}.")
        return {}
    objects = {place: item for place, item in enumerate(items) if isinstance(item, dict)}
    for place, item in enumerate(items):
        if place not in objects:
            data.refuse_item(f"imgs/{place}", item)
    _check_ids(data, objects)
    return objects


def _check_ids(data: Fields, items: Mapping[int, dict[str, Any]]) -> None:
    seen: set[str] = set()
    for place, item in items.items():
        bt_id = data.inside(f"imgs/{place}", item).identifier("btId", required=True)
        if bt_id and bt_id in seen:
            data.inside(f"imgs/{place}", item).refuse("btId", "Another picture of this call has it too.")
        seen.add(bt_id)


def _read(fields: Fields, place: int, item: dict[str, Any], *, app: App, request_id: str, callback: str) -> Asked:
    shared = {name: value for name, value in fields.values["data"].items() if name != "imgs"}
    own = {name: value for name, value in item.items() if name != "btId"}
    one = Fields({**fields.values, "data": shared | own})
    bt_id = item.get("btId")
    asked = read_picture(
        one, app=app, request_id=request_id, callback=callback, bt_id=bt_id if isinstance(bt_id, str) else ""
    )
    fields.errors.extend(_placed(error, place, own) for error in one.errors)
    return asked


def _placed(error: FieldError, place: int, own: dict[str, Any]) -> FieldError:
    """Where the mistake stands in the call: in the picture, unless all of them share it."""
    _, first, *rest = [*error.pointer.split("/"), "", ""]
    if first != "data" or not rest[0] or (rest[0] not in own and rest[0] != "img"):
        return error
    return FieldError(f"/data/imgs/{place}{error.pointer.removeprefix('/data')}", error.detail)
