"""The image v4 request that led to a result, with the limits the vendor's documents set."""

from __future__ import annotations

import re
from typing import Any

from moderation.contract.fields import Fields, json_type
from moderation.contract.json_text import dumps
from moderation.contract.values import Request, StreamInfo

MAX_URL_CHARACTERS = 1024
MAX_PASS_THROUGH_CHARACTERS = 1024
MAX_NICKNAME_CHARACTERS = 150
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_TOKEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FIRST_13_DIGITS, _LAST_13_DIGITS = 10**12, 10**13 - 1
_GENDERS: tuple[Any, ...] = (0, 1, 2, "0", "1", "2", "male", "female", "ambiguity")


def read_request(fields: Fields) -> Request | None:
    """The request in those fields, None when there is none; exceeded limits are added to `fields.errors`.

    The access key is dropped. A nickname is never refused: the vendor cuts it silently.
    """
    if not fields.values:
        return None
    data = fields.child("data")
    extra = data.child("extra")
    _check_unused(fields, data)
    return Request(
        raw={key: value for key, value in fields.values.items() if not _is_access_key(key)},
        event_id=fields.text("eventId", limit=64),
        type=fields.text("type", limit=64),
        business_type=fields.text("businessType", limit=128),
        img=_picture(data, "img"),
        backup_url=data.text("backupUrl", limit=MAX_URL_CHARACTERS),
        token_id=_token_id(data, "tokenId"),
        data_id=data.text("dataId", limit=128),
        lang=data.choice("lang", ("en", "ar", "zh", "auto")),
        level=data.whole("level", high=4),
        interval=data.whole("interval", low=1) or 1,
        max_frame=data.whole("maxFrame", low=1, high=20) or 3,
        room=extra.text("room", limit=64),
        device_id=data.text("deviceId", limit=128),
        nickname=_nickname(data),
        is_ignore_tls=extra.flag("isIgnoreTls"),
        is_token_separate=extra.flag("isTokenSeparate"),
        pass_through=_pass_through(extra),
        stream=_stream(data.child("streamInfo")),
    )


def _stream(info: Fields) -> StreamInfo | None:
    if not info.values:
        return None
    stream = StreamInfo(
        stream_id=info.text("streamId", limit=64),
        similar_dedup=info.flag("similarDedup"),
        frame_time_ms=info.whole("frameTime", low=_FIRST_13_DIGITS, high=_LAST_13_DIGITS),
        risk_num=info.whole("riskNum", low=1, high=5) or 1,
        time_window_seconds=info.whole("timeWindow", low=1) or 10,
    )
    if stream.similar_dedup:
        for name in ("streamId", "frameTime", "timeWindow"):
            if info.sent(name)[1] in (None, ""):
                info.refuse(name, "Missing; it is required when similarDedup is true.")
    return stream


def _check_unused(fields: Fields, data: Fields) -> None:
    """Check the limits of fields that are kept in `raw` only."""
    fields.text("callback", limit=MAX_URL_CHARACTERS)
    fields.choice("acceptLang", ("zh", "en"))
    data.text("ip", limit=64)
    _picture(data, "imgCompareBase")
    _token_id(data, "receiveTokenId")
    if data.sent("gender")[1] not in (None, *_GENDERS):
        data.refuse("gender", "Send 0, 1 or 2, or male, female or ambiguity.")


def _picture(data: Fields, name: str) -> str:
    """A URL or base64 text. Only the URL is limited here; a picture's size is checked where it is decoded."""
    picture = data.text(name)
    if len(picture) > MAX_URL_CHARACTERS and _URL.match(picture):
        data.refuse(name, f"The URL is {len(picture)} characters long; send at most {MAX_URL_CHARACTERS}.")
    return picture


def _nickname(data: Fields) -> str:
    nickname = data.sent("nickname")[1]
    return nickname[:MAX_NICKNAME_CHARACTERS] if isinstance(nickname, str) else ""


def _token_id(data: Fields, name: str) -> str:
    token_id = data.text(name)
    if token_id and not _TOKEN_ID.fullmatch(token_id):
        data.refuse(name, "Send 1–64 letters, digits, underscores and hyphens.")
    return token_id


def _pass_through(extra: Fields) -> Any:
    key, value = extra.sent("passThrough")
    if value is None:
        return None
    if not isinstance(value, dict):
        extra.refuse(key, f"Got {json_type(value)}; send an object.")
    elif len(dumps(value)) > MAX_PASS_THROUGH_CHARACTERS:
        extra.refuse(key, f"Is longer than {MAX_PASS_THROUGH_CHARACTERS} characters as JSON; send a shorter object.")
    return value


def _is_access_key(key: str) -> bool:
    return key.lower().replace("_", "") == "accesskey"
