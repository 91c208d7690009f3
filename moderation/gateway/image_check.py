"""`POST /v1/image/check`: the product page's form, with labels and thresholds of the call's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from accounts.models import AccessKey, App
from moderation import labels
from moderation.contract.fields import Fields, json_type
from moderation.contract.image_request import MAX_URL_CHARACTERS
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.values import Box, FieldError, Label, LabelPath, Result
from moderation.gateway.asked import Asked
from moderation.gateway.codes import wrong
from moderation.gateway.parameters import allowed_of, app_named, check_types, read_picture, root
from moderation.gateway_facts import Narrowing
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
SPELLINGS: Mapping[str, Sequence[str]] = {
    "img": ("image_url", "image"),
    "tokenId": ("token_id", "tokenId"),
    "dataId": ("data_id", "dataId"),
    "eventId": ("event_id", "eventId"),
    "appId": ("app_id", "appId"),
}
"""What a call may have a field of image v4 as."""
OTHER = "OTHER"
IN_TEXT = "IMGTEXTRISK"  # looked for whatever is asked: any of them may be written in the picture


def read_check(body: Any, *, key: AccessKey, request_id: str) -> Asked:
    """Raises CallRefused: 1902 with every wrong parameter, 9101."""
    fields = root(body)
    names = {v4: _spelt(fields, spellings) for v4, spellings in SPELLINGS.items()}
    given = Fields(_as_v4(fields, names), errors=[])
    app = app_named(given, key)
    narrowing = _narrowing(fields, may_loosen=key.may_loosen)
    wanted, implied = _types(narrowing, app)
    given.values["type"] = "_".join(sorted(wanted | implied))
    asked = read_picture(given, app=app, request_id=request_id, callback="", img_name=names["img"])
    if fields.errors or given.errors:
        raise wrong([*fields.errors, *(_as_written(error, names) for error in given.errors)])
    check_types(wanted, app)
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
    """The labels asked for that none of these types, nor one that the app may not ask for, can have given: by the names
    that the product page has for them.
    """
    narrowing = asked.narrowing or Narrowing()
    wanted = narrowing.labels or tuple(TYPES)
    checked = asked.types - frozenset(types)
    return sorted(label for label in wanted if _type_of(label) not in checked)


def refusal(code: int, message: str, request_id: str) -> dict[str, Any]:
    return {"request_id": request_id, "code": code, "message": message}


def _as_v4(fields: Fields, names: Mapping[str, str]) -> dict[str, Any]:
    """The call in the words of image v4."""
    url, image = fields.text("image_url", limit=MAX_URL_CHARACTERS), fields.text("image")
    if bool(url) == bool(image):
        fields.refuse("image_url", "Send image_url, or image with the picture as base64: one of them.")
    sent = {v4: fields.values.get(name) or "" for v4, name in names.items()}
    data = {"img": url or image, "tokenId": sent["tokenId"] or SUBJECT}
    data |= {"dataId": sent["dataId"]} if sent["dataId"] else {}
    return {"appId": sent["appId"], "eventId": sent["eventId"] or EVENT, "data": data}


def _spelt(fields: Fields, spellings: Sequence[str]) -> str:
    """The name that the call has for a field."""
    return next((name for name in spellings if fields.values.get(name)), spellings[0])


def _narrowing(fields: Fields, *, may_loosen: bool) -> Narrowing | None:
    """None where the call asks for everything, and for no threshold."""
    taxonomy = labels.in_force()
    wanted, thresholds = _labels(fields, taxonomy), _thresholds(fields, taxonomy)
    if ALL in wanted:
        wanted = ()
    return Narrowing(wanted, thresholds, may_loosen) if wanted or thresholds else None


def _labels(fields: Fields, taxonomy: Taxonomy) -> tuple[str, ...]:
    sent = fields.values.get("labels", [ALL])
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_LABELS:
        fields.refuse("labels", f'Send an array of 1–{MOST_LABELS} labels, or ["{ALL}"].')
        return ()
    return tuple(dict.fromkeys(_key(fields, f"labels/{place}", one, taxonomy) for place, one in enumerate(sent)))


def _thresholds(fields: Fields, taxonomy: Taxonomy) -> dict[str, int]:
    sent = fields.values.get("thresholds")
    if sent is None:
        return {}
    if not isinstance(sent, dict) or len(sent) > MOST_LABELS:
        fields.refuse("thresholds", f"Send an object of up to {MOST_LABELS} labels, each with a score from 0 to 1000.")
        return {}
    return dict(_read_thresholds(fields, sent, taxonomy))


def _read_thresholds(fields: Fields, sent: Mapping[str, Any], taxonomy: Taxonomy) -> Iterator[tuple[str, int]]:
    inside = fields.child("thresholds")
    for name in sent:
        number = inside.whole(name, high=1_000)
        if sent[name] is None:
            inside.refuse(name, "Send a whole number from 0 to 1000.")
        key = _key(inside, name, name, taxonomy)
        yield ANY_LABEL if key == ALL else key, number or 0


def _key(fields: Fields, name: str, sent: Any, taxonomy: Taxonomy) -> str:
    """The key of a label, whose levels are joined by slashes or, as the product page has them, by dots."""
    levels = [level.strip() for level in sent.replace(".", "/").split("/")] if isinstance(sent, str) else []
    if not 0 < len(levels) <= 3 or "" in levels or len(str(sent)) > LONGEST_LABEL:
        fields.errors.append(_mistake(fields, name, sent))
        return ""
    return keys(LabelPath(*levels), taxonomy)[0]


def _mistake(fields: Fields, name: str, sent: Any) -> FieldError:
    detail = f"Got {json_type(sent)}; name a label by 1 to 3 levels joined by slashes."
    return FieldError(f"{fields.pointer}/{name}", detail)


def _types(narrowing: Narrowing | None, app: App) -> tuple[set[str], set[str]]:
    """The types of the labels asked for, and what is looked for with them: text, where the app may ask for it, and
    OTHER for labels that no type gives, which no engine can check. All labels are those that the app may ask for.
    """
    in_text = allowed_of([IN_TEXT], app)
    if narrowing is None or not narrowing.labels:
        every = set(TYPES.values())
        return allowed_of(every, app) or every, in_text
    named = {_type_of(key) for key in narrowing.labels}
    return named - {OTHER}, in_text | (named & {OTHER})


def _type_of(label: str) -> str:
    return TYPES.get(label.partition("/")[0], OTHER)


def _as_written(error: FieldError, names: Mapping[str, str]) -> FieldError:
    """The mistakes of what was made of the call, by the names that the call has."""
    name = names.get(error.pointer.rpartition("/")[2])
    return FieldError(f"/{name}", error.detail) if name else error


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
