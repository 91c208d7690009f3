"""What is left of a result's body once its texts are erased: a complete image v4 result without evidence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

from moderation.contract import json_text
from moderation.contract.result_body import machine_v4

_KEPT = ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "resultType", "finalResult", "timestamp")
_KEPT_OF_A_LABEL = ("riskLabel1", "riskLabel2", "riskLabel3", "probability", "riskLevel", "confidenceLevel")
ERASED = {"erased": True}


def reduced(raw: str, *, request_id: str, bt_id: str, code: int) -> str:
    """The JSON text: verdict, labels and scores stay, every text, box and thing that was passed through goes."""
    sent = json_text.loads(raw.encode()) if raw else {}
    v4 = machine_v4(sent) if isinstance(sent, Mapping) else {}
    ids = {"requestId": request_id} | ({"btId": bt_id} if bt_id else {})
    head = {"code": code, "message": "erased", **ids}
    if not v4:
        return json_text.dumps(head | {"auxInfo": ERASED})
    kept = _plain(v4, _KEPT)
    description = "/".join(str(kept[name]) for name in _KEPT[1:4] if kept.get(name))
    labels = [_plain(one, _KEPT_OF_A_LABEL) for one in v4.get("allLabels") or () if isinstance(one, Mapping)]
    evidence = {"riskDescription": description, "riskDetail": {}, "auxInfo": {"segments": 1, **ERASED}}
    return json_text.dumps({**head, **kept, **evidence, "allLabels": labels})


def _plain(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Without what has something in it."""
    return {name: values[name] for name in names if not isinstance(values.get(name), dict | list | NoneType)}
