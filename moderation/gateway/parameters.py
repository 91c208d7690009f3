"""Read the parameters of `POST /image/v4`, with every mistake named at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from accounts.models import AccessKey, App
from moderation.contract.fields import Fields, json_type
from moderation.contract.image_request import MAX_URL_CHARACTERS, read_request
from moderation.contract.values import Request
from moderation.gateway.asked import DATA_IMG, LONGEST_WINDOW_SECONDS, MIB, Asked, type_parts
from moderation.gateway.callers import app_of
from moderation.gateway.codes import NOT_ALLOWED, WRONG_PARAMETERS, CallRefused, wrong
from moderation.intake import pictures
from moderation.outbound.errors import UrlRefused
from moderation.webhooks import gateway_callbacks

LANGUAGE = "en"  # where the call names none
ANY_LANGUAGE, NEEDED_FOR_IT = "auto", "BOCR"
COMPARES_FACES = "FACECOMPARE"
MESSAGE_EVENT = "message"


def read_call(body: Any, *, key: AccessKey, request_id: str) -> Asked:
    """The one picture of a call. Raises CallRefused: 1902 with every wrong parameter, 9101."""
    fields = root(body)
    app = app_named(fields, key)
    asked = read_picture(fields, app=app, request_id=request_id, callback=read_callback(fields))
    if fields.errors:
        raise wrong(fields.errors)
    check_types(asked.types, app)
    return asked


def root(body: Any) -> Fields:
    if not isinstance(body, dict):
        raise CallRefused(WRONG_PARAMETERS, f"body: Got {json_type(body)}; send one JSON object.")
    return Fields({name: value for name, value in body.items() if name != "accessKey"})


def app_named(fields: Fields, key: AccessKey) -> App:
    """A key of one app may leave it out; the contract's own clients never do."""
    app_id = fields.text("appId", limit=64)
    if not app_id and not key.app:
        fields.refuse("appId", "Missing; send 1–64 characters.")
        _request(fields)  # what else is wrong
        raise wrong(fields.errors)
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


def read_picture(
    fields: Fields, *, app: App, request_id: str, callback: str, bt_id: str = "", img_name: str = DATA_IMG
) -> Asked:
    """The picture of these fields; mistakes are added to `fields.errors`."""
    request = _request(fields)
    body = {name: value for name, value in fields.values.items() if name != "callback"} | {"appId": app.app_id}
    asked = Asked(app, request_id, body, request, bt_id, callback, img_name=img_name)
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
    may_call_back = not asked.callback and asked.img_name == DATA_IMG
    more = "; give a callback for up to 30 MB" if may_call_back else ""
    return f"The picture has more than {asked.most_bytes // MIB} MB{more}."


def check_types(types: Collection[str], app: App) -> None:
    """Raises CallRefused for a type that the app may not ask for."""
    if others := set(types) - allowed_of(types, app):
        named = ", ".join(sorted(others))
        raise CallRefused(NOT_ALLOWED, f'The app "{app.app_id}" has no permission for the types {named}.')


def allowed_of(types: Collection[str], app: App) -> set[str]:
    """Those of the types that the app may ask for."""
    allowed = type_parts(app.allowed_types)
    return {one for one in types if one in allowed} if allowed else set(types)


def _complete(fields: Fields) -> None:
    data = fields.values.get("data")
    if isinstance(data, dict) and data.get("lang") in (None, ""):
        fields.values["data"] = {**data, "lang": LANGUAGE}


def _request(fields: Fields) -> Request:
    """What is asked; mistakes are added to `fields.errors`."""
    _complete(fields)
    request = read_request(fields) or Request(raw={})
    for name, detail in _missing(fields, request):
        _refuse(fields, name, detail)
    _check_window(fields, request)
    return request


def _check_window(fields: Fields, request: Request) -> None:
    if request.stream and request.stream.time_window_seconds > LONGEST_WINDOW_SECONDS:
        info = fields.child("data").child("streamInfo")
        info.refuse("timeWindow", f"Is longer than a day; send up to {LONGEST_WINDOW_SECONDS} seconds.")


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
