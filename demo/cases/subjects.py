"""The platform's end users who post the sample pictures. A few of them post a lot, and have a record."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

_AUTUMN_2026_MS = 1_793_500_000_000
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Subject:
    """`level` is 0 (new) to 4 (paying); `weight` is how often they post; `risks` are flags of CONTRACT §4."""

    token_id: str
    nickname: str
    level: int
    weight: int = 1
    risks: tuple[str, ...] = ()


_SPAM = "UGC_account_risk.b_advertise_risk_tokenid"
_SEXY = "UGC_account_risk.b_sexy_risk_tokenid"
_POLITICS = "UGC_account_risk.b_politics_risk_tokenid"
_OFFER_WALL = "machine_account_risk.b_offer_wall_tokenid"
_CONTROLLED = "machine_account_risk.b_machine_control_tokenid"
_TOUT = "scene_account_risk.i_tout_risk_tokenid"

SUBJECTS = (
    Subject("u_83f2", "sunny_side", 1, 9, (_SPAM,)),
    Subject("u_19ac", "quickdeal88", 0, 8, (_SPAM, _OFFER_WALL)),
    Subject("member-5521", "Mireille", 3, 6),
    Subject("wx_lucky2026", "福利小助手", 0, 7, (_SPAM, _TOUT)),
    Subject("u_7b01", "beachlife", 2, 6, (_SEXY,)),
    Subject("streamer_042", "NightOwlsLive", 4, 6),
    Subject("u_c4d9", "سلمى", 2, 3),
    Subject("u_0e77", "老王", 1, 3, (_POLITICS,)),
    Subject("bot-like_31", "xx_31_xx", 0, 4, (_CONTROLLED,)),
    Subject("u_2f6a", "Tomas", 2, 2),
    Subject("u_91be", "cat_person", 3, 3),
    Subject("u_d310", "Iris P.", 4, 2),
    Subject("u_5c48", "handmade & more", 1, 2),
    Subject("u_e8e2", "Jonah", 0),
    Subject("u_6a95", "阿明", 2),
    Subject("u_b73c", "Kestrel Team", 4),
    Subject("u_44f0", "Lena", 1),
    Subject("u_f1d8", "", 0),
)


def somebody_posts(rng: Random) -> Subject:
    return rng.choices(SUBJECTS, [subject.weight for subject in SUBJECTS])[0]


def token_labels(subject: Subject, rng: Random) -> dict[str, dict[str, int]]:
    """`tokenLabels`: all known flags of the groups the subject has something in, 0 for the clear ones."""
    groups: dict[str, dict[str, int]] = {}
    for risk in subject.risks:
        group, name = risk.split(".")
        flags = groups.setdefault(group, dict.fromkeys(_GROUPS[group], 0))
        flags[name] = 1
        flags[f"{name}_last_ts"] = _AUTUMN_2026_MS - rng.randint(1, 40) * _DAY_MS
    return groups


_GROUPS = {
    "UGC_account_risk": ("b_politics_risk_tokenid", "b_sexy_risk_tokenid", "b_advertise_risk_tokenid"),
    "machine_account_risk": ("b_machine_control_tokenid", "b_offer_wall_tokenid"),
    "scene_account_risk": ("i_tout_risk_tokenid",),
}


def token_lists(subject: Subject, rng: Random) -> dict[str, list[dict[str, Any]]]:
    """`tokenProfileLabels` and `tokenRiskLabels`; a timestamp may be null."""
    profile: dict[str, Any] = {
        "label1": "behaviour",
        "label2": "activity",
        "label3": ("dormant", "casual", "regular", "frequent", "core")[subject.level],
        "description": "Behaviour: Activity",
        "timestamp": None,
        "detail": {},
    }
    risks = [
        {
            "label1": "history",
            "label2": "violations",
            "label3": risk.split(".")[1],
            "description": "History: Violations",
            "timestamp": _AUTUMN_2026_MS - rng.randint(1, 90) * _DAY_MS,
            "detail": {"count": rng.randint(1, 9)},
        }
        for risk in subject.risks
    ]
    return {"tokenProfileLabels": [profile], "tokenRiskLabels": risks}
