"""Have pictures moderated: the calls of the gateway."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from second_look.errors import IN_WORK
from second_look.image_values import (
    Acknowledged,
    BatchResult,
    Check,
    ImageResult,
    NoResult,
    read_any,
    read_batch,
)
from second_look.request import Json, Request, without_nothing
from second_look.response import raise_for_code, with_code

Picture = bytes | PathLike[str]
"""The bytes of a picture, or the file that has them."""
_KEPT_CODES = frozenset({IN_WORK, 1903, 1911})


def check(
    *,
    image: Picture | None = None,
    image_url: str | None = None,
    labels: Iterable[str] | None = None,
    thresholds: Mapping[str, int] | None = None,
    app_id: str | None = None,
    event_id: str | None = None,
    token_id: str | None = None,
    data_id: str | None = None,
) -> Request[Check]:
    """Block, review or allow a picture of up to 10 MB.

    `labels` are those that count, as `porn` or `porn/female_nudity`; all of them where none is given. `thresholds` are
    scores from 0 to 1000 from which a label blocks. `token_id` is the platform's user, `data_id` its own id of the
    picture; `app_id` is needed with a key of several apps, unless the client has one.
    """
    _one_of(image, image_url)
    body: dict[str, Any] = {"image_url": image_url, "image": _base64(image), "app_id": app_id, "event_id": event_id}
    body |= {"labels": None if labels is None else list(labels), "token_id": token_id, "data_id": data_id}
    body |= {"thresholds": None if thresholds is None else dict(thresholds)}
    return _gateway("/v1/image/check", body, Check)


def moderate(
    *,
    image: Picture | None = None,
    image_url: str | None = None,
    token_id: str,
    type: str | None = None,  # noqa: A002 - the contract's name
    business_type: str | None = None,
    event_id: str = "image",
    app_id: str | None = None,
    lang: str | None = None,
    data_id: str | None = None,
    data: Json | None = None,
) -> Request[ImageResult]:
    """Moderate a picture of up to 10 MB as image v4: `type` as `EROTIC_ADVERT`, `business_type`, or both.

    `data` has any other field of the document's `data`, by its own name: `{"interval": 5, "maxFrame": 10}`.
    """
    picture = _picture(image, image_url) | _about(token_id=token_id, lang=lang, data_id=data_id, data=data)
    body = _call(picture, app_id=app_id, event_id=event_id, type=type, business_type=business_type)
    return _gateway("/image/v4", body, ImageResult)


def submit(
    *,
    callback: str,
    image: Picture | None = None,
    image_url: str | None = None,
    token_id: str,
    type: str | None = None,  # noqa: A002
    business_type: str | None = None,
    event_id: str = "image",
    app_id: str | None = None,
    lang: str | None = None,
    data_id: str | None = None,
    data: Json | None = None,
) -> Request[Acknowledged]:
    """As `moderate`, of up to 30 MB, without waiting: the result is POSTed to `callback`."""
    picture = _picture(image, image_url) | _about(token_id=token_id, lang=lang, data_id=data_id, data=data)
    body = _call(picture, app_id=app_id, event_id=event_id, type=type, business_type=business_type, callback=callback)
    return _gateway("/image/v4", body, Acknowledged)


def moderate_batch(
    images: Iterable[Json],
    *,
    token_id: str | None = None,
    type: str | None = None,  # noqa: A002
    business_type: str | None = None,
    event_id: str = "image",
    app_id: str | None = None,
    lang: str | None = None,
    data: Json | None = None,
) -> Request[BatchResult]:
    """Moderate up to twelve pictures, made by `item`. What is given here counts for each, unless it says it itself."""
    shared = {"imgs": list(images)} | _about(token_id=token_id, lang=lang, data=data)
    body = _call(shared, app_id=app_id, event_id=event_id, type=type, business_type=business_type)
    return Request("POST", "/images/v4", with_code(read_batch), body, may_repeat=False)


def submit_batch(
    images: Iterable[Json],
    *,
    callback: str,
    token_id: str | None = None,
    type: str | None = None,  # noqa: A002
    business_type: str | None = None,
    event_id: str = "image",
    app_id: str | None = None,
    lang: str | None = None,
    data: Json | None = None,
) -> Request[Acknowledged]:
    """As `moderate_batch`, without waiting: each picture's result is POSTed to `callback`."""
    shared = {"imgs": list(images)} | _about(token_id=token_id, lang=lang, data=data)
    body = _call(shared, app_id=app_id, event_id=event_id, type=type, business_type=business_type, callback=callback)
    return _gateway("/images/v4", body, Acknowledged)


def item(
    bt_id: str,
    *,
    image: Picture | None = None,
    image_url: str | None = None,
    token_id: str | None = None,
    lang: str | None = None,
    data_id: str | None = None,
    data: Json | None = None,
) -> dict[str, Any]:
    """A picture of a batch, by an id of your own."""
    about = _about(token_id=token_id, lang=lang, data_id=data_id, data=data)
    return {"btId": bt_id, **_picture(image, image_url), **about}


def query(request_id: str, *, app_id: str | None = None) -> Request[ImageResult | BatchResult | NoResult]:
    """What became of an earlier call: a NoResult while it is in work, and where it failed. Raises InvalidCall for an
    unknown id.
    """
    return Request("POST", "/v4/image/query", _read_query, without_nothing({"requestId": request_id, "appId": app_id}))


def query_many(
    request_ids: Iterable[str], *, app_id: str | None = None
) -> Request[dict[str, ImageResult | BatchResult | NoResult]]:
    """What became of up to 100 calls, by their id."""
    body = without_nothing({"requestIds": list(request_ids), "appId": app_id})
    return Request("POST", "/v4/image/query", with_code(_read_contents), body)


def _read_query(body: Json) -> ImageResult | BatchResult | NoResult:
    if body.get("code") not in _KEPT_CODES:
        raise_for_code(body)
    return read_any(body)


def _read_contents(body: Json) -> dict[str, ImageResult | BatchResult | NoResult]:
    return {one["requestId"]: read_any(one["Result"]) for one in body["contents"]}


def _gateway(path: str, body: Json, kind: type[Any]) -> Request[Any]:
    """Not repeated: each call is a case of its own, and one whose answer got lost may have been kept."""
    return Request("POST", path, with_code(kind.read), without_nothing(body), may_repeat=False)


def _call(
    data: Json,
    *,
    app_id: str | None,
    event_id: str,
    type: str | None,  # noqa: A002
    business_type: str | None,
    callback: str | None = None,
) -> dict[str, Any]:
    body = {"appId": app_id, "eventId": event_id, "type": type, "businessType": business_type, "callback": callback}
    return without_nothing({**body, "data": data})


def _about(
    *, token_id: str | None, lang: str | None, data_id: str | None = None, data: Json | None = None
) -> dict[str, Any]:
    return {**without_nothing({"tokenId": token_id, "lang": lang, "dataId": data_id}), **(data or {})}


def _picture(image: Picture | None, image_url: str | None) -> dict[str, Any]:
    _one_of(image, image_url)
    return {"img": image_url or _base64(image)}


def _one_of(image: Picture | None, image_url: str | None) -> None:
    if bool(image) == bool(image_url):
        raise ValueError("Give the picture as image or by its image_url: one of them.")


def _base64(image: Picture | None) -> str | None:
    if image is None:
        return None
    return base64.b64encode(image if isinstance(image, bytes) else Path(image).read_bytes()).decode()
