"""Read the parameters of `POST /image/v4`, with every mistake named at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from accounts.models import AccessKey, App
from moderation.contract.fields import Fields, json_type
from moderation.contract.image_request import MAX_URL_CHARACTERS, read_request
from moderation.contract.values import Request
from moderation.gateway.asked import MIB, Asked, type_parts
from moderation.gateway.callers import app_of
from moderation.gateway.codes import NOT_ALLOWED, WRONG_PARAMETERS, Refused, wrong
from moderation.intake import pictures
from moderation.outbound.errors import UrlRefused
from moderation.webhooks import gateway_callbacks

LANGUAGE = "en"  # where the call names none
ANY_LANGUAGE, NEEDED_FOR_IT = "auto", "BOCR"
COMPARES_FACES = "FACECOMPARE"
MESSAGE_EVENT = "message"


def read_call(body: Any, *, key: AccessKey, request_id: str) -> Asked:
    """The one picture of a call. Raises Refused: 1902 with every wrong parameter, 9101."""
    fields = root(body)
    app = app_named(fields, key)
    asked = read_picture(fields, app=app, request_id=request_id, callback=read_callback(fields))
    if fields.errors:
        raise wrong(fields.errors)
    check_types(asked, app)
    return asked


def root(body: Any) -> Fields:
    if not isinstance(body, dict):
        raise Refused(WRONG_PARAMETERS, f"body: Got {json_type(body)}; send one JSON object.")
    return Fields({name: value for name, value in body.items() if name != "accessKey"})


def app_named(fields: Fields, key: AccessKey) -> App:
    """A key of one app may leave it out; the contract's own clients never do."""
    app_id = fields.text("appId", limit=64)
    if not app_id and not key.app:
        fields.refuse("appId", "Missing; send 1–64 characters.")
        raise wrong([*fields.errors, *_mistakes_of(fields)])
    return app_of(key, app_id)


def read_callback(fields: Fields) -> str:
    """The address that the answer goes to; "" where the call waits for it."""
    callback = fields.text("callback", limit=MAX_URL_CHARACTERS)
    if callback and len(callback) <= MAX_URL_CHARACTERS:
        try:
            gateway_callbacks.check(callback)
        except UrlRefused as refused:
            fields.refuse("callback", f"{refused}.")
    return callback


def read_picture(fields: Fields, *, app: App, request_id: str, callback: str, bt_id: str = "") -> Asked:
    """The picture of these fields; mistakes are added to `fields.errors`."""
    _complete(fields)
    request = read_request(fields) or Request(raw={})
    for name, detail in _missing(fields, request):
        _refuse(fields, name, detail)
    body = {name: value for name, value in fields.values.items() if name != "callback"} | {"appId": app.app_id}
    asked = Asked(app, request_id, body, request, bt_id, callback)
    return asked if pictures.is_address(request.img) else replace(asked, pixels=_pixels(fields, asked))


def _pixels(fields: Fields, asked: Asked) -> bytes | None:
    """The bytes of a picture that is sent as base64."""
    if not asked.request.img:
        return None
    try:
        pixels = pictures.decoded(asked.request.img)
    except ValueError:
        _refuse(fields, ".img", "Is neither an http(s) address nor base64.")
        return None
    if len(pixels) > asked.most_bytes:
        _refuse(fields, ".img", too_large(asked))
    return pixels


def too_large(asked: Asked) -> str:
    more = "" if asked.callback else "; give a callback for up to 30 MB"
    return f"The picture has more than {asked.most_bytes // MIB} MB{more}."


def check_types(asked: Asked, app: App) -> None:
    """Raises Refused for a type that the app may not ask for."""
    allowed = type_parts(app.allowed_types)
    if allowed and (others := asked.types - allowed):
        named = ", ".join(sorted(others))
        raise Refused(NOT_ALLOWED, f'The app "{app.app_id}" has no permission for the types {named}.')


def _complete(fields: Fields) -> None:
    data = fields.values.get("data")
    if isinstance(data, dict) and data.get("lang") in (None, ""):
        fields.values["data"] = {**data, "lang": LANGUAGE}


def _mistakes_of(fields: Fields) -> list[Any]:
    """What else is wrong with a call that names no app."""
    _complete(fields)
    request = read_request(fields) or Request(raw={})
    for name, detail in _missing(fields, request):
        _refuse(fields, name, detail)
    return fields.errors


def _missing(fields: Fields, request: Request) -> Iterator[tuple[str, str]]:
    """What has to be there and is not, by the name of the field, with a dot before those of `data`."""
    if not request.event_id:
        yield "eventId", "Missing; send 1–64 characters."
    if not (request.type or request.business_type):
        yield "type", "Missing; send type, businessType or both."
    if not fields.values.get("data"):
        yield "data", "Missing; send an object with img, tokenId and lang."
        return
    yield from _missing_in_data(fields, request)


def _missing_in_data(fields: Fields, request: Request) -> Iterator[tuple[str, str]]:
    if not request.img:
        yield ".img", "Missing; send the picture's URL, or the picture as base64."
    if not request.token_id:
        yield ".tokenId", "Missing; send 1–64 letters, digits, underscores and hyphens."
    if request.lang == ANY_LANGUAGE and NEEDED_FOR_IT not in type_parts(request.type):
        yield ".lang", f"auto needs {NEEDED_FOR_IT} in type; else send en, ar or zh."
    sent = fields.child("data").values.get
    if request.event_id == MESSAGE_EVENT and not sent("receiveTokenId"):
        yield ".receiveTokenId", f"Missing; it is required when eventId is {MESSAGE_EVENT}."
    if COMPARES_FACES in type_parts(request.business_type) and not sent("imgCompareBase"):
        yield ".imgCompareBase", f"Missing; it is required when businessType includes {COMPARES_FACES}."


def _refuse(fields: Fields, name: str, detail: str) -> None:
    """Once for each field: one that is there and wrong is refused already."""
    place = fields.inside("data", {}) if name.startswith(".") else fields
    if not place.is_refused(name.lstrip(".")):
        place.refuse(name.lstrip("."), detail)
