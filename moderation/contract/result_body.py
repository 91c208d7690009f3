"""Build final results: the image v4 body, and the vendor's two smaller human-review forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from moderation.contract import image_v2
from moderation.contract.decision_labels import is_decision_labels, to_image_v4
from moderation.contract.evidence import NOTHING_FOUND
from moderation.contract.human_plain import FAILED, PASSED, is_human_plain, plain_as_v4
from moderation.contract.image_v4 import SUCCESS, says_failed
from moderation.contract.matched_lists import Named, Path, changed_at, later_passages, with_words
from moderation.contract.values import LabelPath, RiskLevel

_TOP: tuple[Path, int, int] = (("riskDetail",), 0, 0)

_COMBINED = (
    "requestId",
    "code",
    "message",
    "riskLevel",
    "riskLabel1",
    "riskLabel2",
    "riskLabel3",
    "riskDescription",
    "finalResult",
    "resultType",
    "disposal",
)


def final_result(
    *,
    machine_raw: Mapping[str, Any],
    request_id: str,
    bt_id: str,
    risk_level: RiskLevel,
    path: LabelPath,
    risk_description: str,
    result_type: int,
    disposal: Mapping[str, Any] | None = None,
    data_id: str,
    pass_through: Any,
) -> dict[str, Any]:
    """The machine's v4 body with the verdict merged in: always a complete, successful v4 result, evidence kept.

    `machine_raw` is a `Result.raw`; it is not changed, but shares its parts with the returned body. `result_type` is
    1 for a person, 0 for policy alone. A `disposal` of the machine's body stays only under the verdict it was mapped
    from or says itself.
    """
    machine = machine_v4(machine_raw)
    verdict = {"riskLevel": risk_level.value, **_labels(risk_level, path, risk_description)}
    if not is_mapped_from(machine, verdict):
        machine.pop("disposal", None)
    answer = {
        **machine,
        "requestId": _own_id(machine, request_id, bt_id),
        "code": SUCCESS,
        "message": "success",
        **verdict,
    }
    answer |= {"resultType": result_type, "finalResult": 1} | _evidence(machine, pass_through)
    sent = {"btId": bt_id, "dataId": data_id, "disposal": disposal}
    return answer | {name: value for name, value in sent.items() if value}


def is_mapped_from(machine: Mapping[str, Any], verdict: Mapping[str, Any]) -> bool:
    """Whether the `disposal` of this body may stand under that verdict: the labels are the same, and the level is that
    of the body or of the disposal.
    """
    disposal = machine.get("disposal")
    level = disposal.get("riskLevel") if isinstance(disposal, Mapping) else None
    others = (name for name in verdict if name not in ("riskLevel", "riskDescription"))
    is_same_level = verdict["riskLevel"] in (machine.get("riskLevel", verdict["riskLevel"]), level)
    return is_same_level and all(machine.get(name, verdict[name]) == verdict[name] for name in others)


def machine_result(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored `Result.raw` as backends and moderators read it; the older shapes get image v4 fields as well."""
    if is_human_plain(raw):
        return {**raw, **plain_as_v4(raw)}
    if is_decision_labels(raw) and not says_failed(raw):
        return {**raw, "message": "success", **to_image_v4(raw)}
    return image_v2.to_image_v4(raw) if _is_older(raw) else raw


def with_listed(v4: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The body with the words of our own lists appended to the machine's `matchedLists`, each once: in `riskDetail`, or
    where a label has a text of its own, in that label's detail.

    `listed` are {"list", "word", "start", "end"} in code points of the recognised text; `v4` is not changed.
    """
    answer = dict(v4)
    passages = later_passages(v4) if listed else []
    by_place: dict[tuple[Path, int], list[Named]] = {}
    for found in listed:
        start, end = found["start"], found["end"]
        path, offset = next((place for place in passages if place[1] <= start and end <= place[2]), _TOP)[:2]
        by_place.setdefault((path, offset), []).append((found["list"], found["word"], (start - offset, end - offset)))
    for (path, _), words in by_place.items():
        answer = changed_at(answer, path, partial(with_words, named=words))
    return answer


def combined(v4: Mapping[str, Any]) -> dict[str, Any]:
    """The vendor's combined human-review body of a final result: its head, without evidence.

    It has no `btId`, so an item of a batch is named by both ids.
    """
    head = {name: v4[name] for name in _COMBINED if name in v4}
    return head | {"requestId": _joined(v4["requestId"], v4.get("btId", ""))}


def plain(
    v4: Mapping[str, Any],
    *,
    picture_url: str,
    token_id: str,
    app_id: str,
    room: str,
    pass_through: Any,
    bt_id: str,
    tips: str,
) -> dict[str, Any]:
    """The vendor's plain human-review body of a final result; whatever is not PASS is a fail."""
    description = v4["riskDescription"]
    operation = PASSED if v4["riskLevel"] == RiskLevel.PASS else FAILED
    return {
        "requestId": v4["requestId"].removesuffix(f"_{bt_id}") if bt_id else v4["requestId"],
        "serviceId": "POST_IMG",
        "result": {
            "operation": operation,
            "description": description,
            "descriptions": [description],
            "tips": tips,
        },
        "data": {
            "content": picture_url,
            "tokenId": token_id,
            "btId": bt_id,
            "appId": app_id,
            "room": room,
            "passThrough": {} if pass_through is None else pass_through,
        },
    }


def machine_v4(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The machine's body as v4 fields; empty when it failed or came in a form without any."""
    if says_failed(raw) or is_human_plain(raw):
        return {}
    if is_decision_labels(raw):
        return to_image_v4(raw)
    return image_v2.to_image_v4(raw) if _is_older(raw) else dict(raw)


def _is_older(raw: Mapping[str, Any]) -> bool:
    return not says_failed(raw) and image_v2.is_image_v2(raw)


def _own_id(machine: Mapping[str, Any], request_id: str, bt_id: str) -> str:
    """The requestId as the machine wrote it: an item of a batch may carry the batch's id, or both joined."""
    joined = _joined(request_id, bt_id)
    return joined if machine.get("requestId") == joined else request_id


def _joined(request_id: str, bt_id: str) -> str:
    return request_id if not bt_id or request_id.endswith(f"_{bt_id}") else f"{request_id}_{bt_id}"


def _labels(risk_level: RiskLevel, path: LabelPath, risk_description: str) -> dict[str, str]:
    if risk_level is RiskLevel.PASS:
        return dict(NOTHING_FOUND)
    names = ("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")
    values = (path.risk_label1, path.risk_label2, path.risk_label3, risk_description)
    return dict(zip(names, values, strict=True))


def _evidence(machine: Mapping[str, Any], pass_through: Any) -> dict[str, Any]:
    """The three fields a v4 reader relies on, also where the machine sent nothing for them."""
    aux = {"segments": 1, **(machine.get("auxInfo") or {})}
    if pass_through is not None:
        aux["passThrough"] = pass_through
    return {
        "riskDetail": machine.get("riskDetail") or {},
        "auxInfo": aux,
        "allLabels": machine.get("allLabels") or [],
    }
