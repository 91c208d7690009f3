"""`POST /v1/image/check`: the product page's form, with labels and thresholds of the call's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from accounts.models import AccessKey
from moderation import labels
from moderation.contract.fields import Fields, json_type
from moderation.contract.image_request import MAX_URL_CHARACTERS
from moderation.contract.narrowing import Narrowing
from moderation.contract.values import Box, FieldError, Label, LabelPath, Result
from moderation.gateway.asked import Asked
from moderation.gateway.codes import SUCCESS, wrong
from moderation.gateway.parameters import app_named, check_types, read_picture, root
from moderation.models import MachineResult
from moderation.policy import Taxonomy
from moderation.policy.sections import ANY_LABEL, keys
from moderation.scores import score

ALL = "all"
MOST_LABELS = 1_000
LONGEST_LABEL = 400
EVENT, SUBJECT = "imageCheck", "unknown"  # where the call names none
DECISIONS = {"PASS": "allow", "REVIEW": "review", "REJECT": "block"}
TYPES: Mapping[str, str] = {
    "porn": "EROTIC",
    "sexy": "EROTIC",
    "ban": "BAN",
    "violence": "VIOLENT",
    "ad": "ADVERT",
    "minor": "MINOR",
    "politics": "POLITY",
    "qr": "QRCODE",
}
"""The detection type that gives labels of a first level."""
OTHER = "OTHER"
IN_TEXT = "IMGTEXTRISK"  # looked for whatever is asked: any of them may be written in the picture


def read_check(body: Any, *, key: AccessKey, request_id: str) -> Asked:
    """Raises Refused: 1902 with every wrong parameter, 9101."""
    fields = root(body)
    given = Fields(_as_v4(fields), errors=[])
    app = app_named(given, key)
    narrowing = _narrowing(fields, may_loosen=key.may_loosen)
    given.values["type"] = _types(narrowing)
    asked = read_picture(given, app=app, request_id=request_id, callback="")
    if fields.errors or given.errors:
        raise wrong([*fields.errors, *map(_as_written, given.errors)])
    check_types(asked, app)
    return replace(asked, narrowing=narrowing)


def answer(asked: Asked, machine: MachineResult, told: Mapping[str, Any], *, milliseconds: int) -> dict[str, Any]:
    """`told` is the same as an image v4 answer."""
    result, taxonomy = machine.result, labels.in_force()
    boxes = {box.id: box for box in result.evidence.boxes}
    not_checked = _not_checked(asked, told.get("auxInfo", {}).get("notChecked", ()))
    return {
        "decision": DECISIONS[told["riskLevel"]],
        "labels": [_label(one, boxes, taxonomy) for one in _asked_for(asked, result, taxonomy)],
        "processing_time_ms": milliseconds,
        "request_id": asked.request_id,
        "code": SUCCESS,
        "message": "success",
    } | ({"not_checked": not_checked} if not_checked else {})


def _not_checked(asked: Asked, types: Collection[str]) -> list[str]:
    """The labels asked for that the types would have given, by the names that the product page has for them."""
    narrowing = asked.narrowing or Narrowing()
    wanted = narrowing.labels or tuple(TYPES)
    return sorted(label for label in wanted if TYPES.get(label.partition("/")[0], OTHER) in types)


def refusal(code: int, message: str, request_id: str) -> dict[str, Any]:
    return {"request_id": request_id, "code": code, "message": message}


def _as_v4(fields: Fields) -> dict[str, Any]:
    """The call in the words of image v4. A base64 `image` wins over nothing: one of the two is sent."""
    url, image = fields.text("image_url", limit=MAX_URL_CHARACTERS), fields.text("image")
    if bool(url) == bool(image):
        fields.refuse("image_url", "Send image_url, or image with the picture as base64: one of them.")
    data = {"img": url or image, "tokenId": _either(fields, "token_id", "tokenId") or SUBJECT}
    data |= {"dataId": data_id} if (data_id := _either(fields, "data_id", "dataId")) else {}
    event = _either(fields, "event_id", "eventId") or EVENT
    return {"appId": _either(fields, "app_id", "appId"), "eventId": event, "data": data}


def _either(fields: Fields, *names: str) -> Any:
    return next((value for name in names if (value := fields.values.get(name))), "")


def _narrowing(fields: Fields, *, may_loosen: bool) -> Narrowing | None:
    """None where the call asks for everything, and for no threshold."""
    wanted, thresholds = _labels(fields), _thresholds(fields)
    if ALL in wanted:
        wanted = ()
    return Narrowing(wanted, thresholds, may_loosen) if wanted or thresholds else None


def _labels(fields: Fields) -> tuple[str, ...]:
    sent = fields.values.get("labels", [ALL])
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_LABELS:
        fields.refuse("labels", f'Send an array of 1–{MOST_LABELS} labels, or ["{ALL}"].')
        return ()
    return tuple(dict.fromkeys(_key(fields, f"labels/{place}", one) for place, one in enumerate(sent)))


def _thresholds(fields: Fields) -> dict[str, int]:
    sent = fields.values.get("thresholds")
    if sent is None:
        return {}
    if not isinstance(sent, dict) or len(sent) > MOST_LABELS:
        fields.refuse("thresholds", f"Send an object of up to {MOST_LABELS} labels, each with a score from 0 to 1000.")
        return {}
    return dict(_read_thresholds(fields, sent))


def _read_thresholds(fields: Fields, sent: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    inside = fields.child("thresholds")
    for name in sent:
        number = inside.whole(name, high=1_000)
        if sent[name] is None:
            inside.refuse(name, "Send a whole number from 0 to 1000.")
        key = _key(inside, name, name)
        yield ANY_LABEL if key == ALL else key, number or 0


def _key(fields: Fields, name: str, sent: Any) -> str:
    """The key of a label, whose levels are joined by slashes or, as the product page has them, by dots."""
    levels = [level.strip() for level in sent.replace(".", "/").split("/")] if isinstance(sent, str) else []
    if not 0 < len(levels) <= 3 or "" in levels or len(str(sent)) > LONGEST_LABEL:
        fields.errors.append(_mistake(fields, name, sent))
        return ""
    return keys(LabelPath(*levels), labels.in_force())[0]


def _mistake(fields: Fields, name: str, sent: Any) -> FieldError:
    detail = f"Got {json_type(sent)}; name a label by 1 to 3 levels joined by slashes."
    return FieldError(f"{fields.pointer}/{name}", detail)


def _types(narrowing: Narrowing | None) -> str:
    """The types to look for; labels that none of them gives are OTHER, which no engine can check."""
    if narrowing is None or not narrowing.labels:
        wanted = set(TYPES.values())
    else:
        wanted = {TYPES.get(key.partition("/")[0], OTHER) for key in narrowing.labels}
    return "_".join(sorted(wanted | {IN_TEXT}))


def _as_written(error: FieldError) -> FieldError:
    """The mistakes of what was made of the call, by the names that the call has."""
    names = {"/data/img": "/image", "/data/tokenId": "/token_id", "/data/dataId": "/data_id", "/appId": "/app_id"}
    return FieldError(names.get(error.pointer, error.pointer), error.detail)


def _asked_for(asked: Asked, result: Result, taxonomy: Taxonomy) -> Iterator[Label]:
    narrowing = asked.narrowing or Narrowing()
    return (label for label in result.labels if narrowing.asks_for(keys(label.path, taxonomy)))


def _label(label: Label, boxes: Mapping[str, Box], taxonomy: Taxonomy) -> dict[str, Any]:
    one, two, three = label.path.risk_label1, label.path.risk_label2, label.path.risk_label3
    named = [LabelPath(one), LabelPath(one, two), LabelPath(one, two, three)]
    told: dict[str, Any] = {}
    for number, path in enumerate(named, start=1):
        level = (one, two, three)[number - 1]
        told |= {f"l{number}": level, f"l{number}_name": taxonomy.name(path) if level else ""}
    places = [box.location for name in label.evidence if (box := boxes.get(name)) and box.location]
    told["confidence"] = score(label.probability)
    return told | ({"bbox": [round(side) for side in places[0]]} if places else {})
