"""Read the vendor's older V2 result: a `score` and one `detail` object, no label paths.

It is translated to image v4 fields and read as those, so that there is one reader and one kind of evidence. What V2
says in its own fields stays beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from moderation.contract.evidence import MAX_LABEL_CHARACTERS, NORMAL, NOTHING_FOUND
from moderation.contract.fields import NOTHING, Fields, as_number
from moderation.contract.image_v4 import read_image_v4
from moderation.contract.json_text import loads
from moderation.contract.values import MalformedJSON, Result, RiskLevel, Shape

_V4_ONLY = ("riskLabel1", "riskDetail", "allLabels")
_MAX_SCORE = 1000
_MOST_HITS = 200
_LONGEST_DETAIL = 100_000  # characters of `matchedDetail`, which is JSON in a text
# The level-1 labels of the types of risk that V2 numbers.
_RISK_TYPES = {
    100: "politics",
    200: "porn",
    210: "sexy",
    300: "ad",
    310: "qr",
    320: "logo",
    400: "violence",
    500: "ban",
    510: "ban",
    520: "minor",
    535: "star",
    700: "blacklist",
}


def is_image_v2(body: Mapping[str, Any]) -> bool:
    """Whether it has V2's `detail`, and nothing of what image v4 says instead."""
    return isinstance(body.get("detail"), dict) and not any(name in body for name in _V4_ONLY)


def read_image_v2(fields: Fields) -> Result:
    """The result in those fields; errors are added to `fields.errors`."""
    translated = Fields(to_image_v4(fields.values), pointer=fields.pointer, errors=fields.errors, notes=fields.notes)
    return replace(read_image_v4(translated), shape=Shape.IMAGE_V2, raw=fields.values)


def to_image_v4(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same result with image v4 fields. Whatever is odd in V2's own fields is left out, not refused."""
    detail = body["detail"]
    passed = body.get("riskLevel") == RiskLevel.PASS
    verdict = (
        NOTHING_FOUND | {"riskDescription": _text(detail, "description") or "Normal"} if passed else _named(detail)
    )
    labels = [_label(hit) for hit in _items(detail, "hits")[:_MOST_HITS] if isinstance(hit, dict)]
    own = (
        [] if passed or labels else [_label({**detail, "score": body.get("score"), "riskLevel": body.get("riskLevel")})]
    )
    aux = {"segments": detail.get("segments"), "passThrough": _pass_through(body, detail)}
    return {
        **body,
        **verdict,
        "riskDetail": _risk_detail(detail),
        "allLabels": labels or own,
        "auxInfo": {name: value for name, value in aux.items() if value not in NOTHING}
        | {"qrContent": _qr_content(detail)},
    }


def _label(hit: Mapping[str, Any]) -> dict[str, Any]:
    label: dict[str, Any] = dict(_named(hit))
    if (level := hit.get("riskLevel")) in tuple(RiskLevel):
        label["riskLevel"] = level
    score = as_number(hit.get("score"))
    if score is not None and 0 <= score <= _MAX_SCORE:
        label["probability"] = Decimal(score) / _MAX_SCORE
    return label


def _named(hit: Mapping[str, Any]) -> dict[str, str]:
    """The label path of a hit: level 1 by its type of risk, the levels below by its description."""
    described = _text(hit, "descriptionV2") or _text(hit, "description")
    names = [part.strip() for part in described.replace("：", ":").split(":")]
    number = as_number(hit.get("riskType"))
    first = NORMAL if number == 0 else _RISK_TYPES.get(int(number or 0)) or names[0]
    below = [*names[1:3], "", ""]
    path = [name[:MAX_LABEL_CHARACTERS] for name in (first, below[0], below[1])]
    return dict(zip(("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription"), (*path, described), strict=True))


def _risk_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    boxes = {name: detail[name] for name in ("faces", "persons", "objects") if isinstance(detail.get(name), list)}
    logos = [logo for logo in _items(detail, "logos") if isinstance(logo, dict)]
    found = {
        **boxes,
        "objects": [*boxes.get("objects", []), *logos],
        "riskSource": detail.get("riskSource"),
        "ocrText": {"text": text} if (text := _text(detail, "text") or _text(detail, "original_text")) else None,
        "matchedLists": list(_matched_lists(detail)),
    }
    return {name: value for name, value in found.items() if value not in NOTHING}


def _matched_lists(detail: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """`matchedItem` and `matchedList` name one word and its list; `matchedDetail` all of them, as JSON in a text."""
    lists = list(_in_full(_text(detail, "matchedDetail")))
    yield from lists
    word, name = _text(detail, "matchedItem"), _text(detail, "matchedList")
    if word and not any(word == one["word"] for each in lists for one in each["words"]):
        yield {"name": name, "words": [{"word": word}]}


def _in_full(text: str) -> Iterator[dict[str, Any]]:
    try:
        found = loads(text.encode(errors="surrogatepass")) if 0 < len(text) <= _LONGEST_DETAIL else []
    except MalformedJSON:
        return
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            placed = [_placed(one) for one in _items(each, "wordPositions") if isinstance(one, dict)]
            known = {one["word"] for one in placed}
            bare = [{"word": word} for word in _items(each, "words") if isinstance(word, str) and word not in known]
            yield {"name": _text(each, "name"), "words": placed + bare}


def _placed(word: Mapping[str, Any]) -> dict[str, Any]:
    """A word with its position, which is a text such as "17,18,19"."""
    indices = [part.strip() for part in _text(word, "position").split(",")]
    position = {"position": list(map(int, indices))} if all(part.isdecimal() for part in indices) else {}
    return {"word": _text(word, "word"), **position}


def _pass_through(body: Mapping[str, Any], detail: Mapping[str, Any]) -> Any:
    sent = (detail.get("passThrough"), body.get("passThrough"), body.get("callbackParam"))
    return next((one for one in sent if one not in NOTHING), None)


def _qr_content(detail: Mapping[str, Any]) -> str:
    return _text(detail, "qrcontent") or _text(detail, "qrContent")


def _items(values: Mapping[str, Any], name: str) -> list[Any]:
    found = values.get(name)
    return found if isinstance(found, list) else []


def _text(values: Mapping[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""
