"""Facts as the columns that are stored of them, and back: policy is replayed on these alone. Pure.

A path is told by its levels joined with slashes, where a level's own `~` is written `~0` and its own `/` as `~1`; empty
levels at the end are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moderation.contract.values import Label, LabelPath, Request, Result
from moderation.policy.conditions import TEXTS
from moderation.policy.facts import Facts
from moderation.policy.sections import keys
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY
from moderation.scores import score

_EMPTY = LabelPath("")


def facts_columns(facts: Facts) -> dict[str, Any]:
    """The columns of one result. A list is sorted; None is an empty one."""
    streams = {"stream_ids": _sorted(TEXTS["streamId"](facts))}
    return (
        request_columns(facts.request) | streams | _of_result(facts.result) | _of_evidence(facts) | _of_subject(facts)
    )


def score_columns(result: Result) -> list[dict[str, Any]]:
    """The columns of its labels, in their order."""
    return [{"place": place} | _of_label(label) for place, label in enumerate(result.labels)]


def path_of(text: str) -> LabelPath:
    """The path that a `spelt`, or a label without one, tells."""
    levels = [level.replace("~1", "/").replace("~0", "~") for level in text.split("/")]
    return LabelPath(*(*levels, "", "")[:3])


def request_columns(request: Request | None) -> dict[str, Any]:
    """Those that only the request tells."""
    return {
        "event": request.event_id if request else "",
        "type": request.type.upper() if request else "",
        "lang": request.lang if request else "",
        "level": request.level if request else None,
        "nickname": request.nickname if request else "",
        "device_id": request.device_id if request else "",
        "room": request.room if request else "",
    }


def _of_result(result: Result) -> dict[str, Any]:
    own = keys(result.path, BUILT_IN_TAXONOMY)
    return _named(result.path) | {
        "code": result.code,
        "risk_level": str(result.risk_level or ""),
        "result_type": result.result_type,
        "final_result": result.final_result,
        "is_listed": any(keys(label.path, BUILT_IN_TAXONOMY) == own for label in result.labels),
    }


def _of_evidence(facts: Facts) -> dict[str, Any]:
    evidence = facts.result.evidence
    return {
        "faces": evidence.faces,
        "persons": evidence.persons,
        "objects_found": evidence.counts.get("object", 0),
        "qr_codes": evidence.counts.get("qr", 0),
        "text_length": len(evidence.text.text),
        "lists": _sorted(TEXTS["words"](facts)),
        "business_labels": _paths(label.path for label in facts.result.business_labels),
        "disposal": _folded(facts.result.disposal.path if facts.result.disposal else _EMPTY),
    }


def _of_subject(facts: Facts) -> dict[str, Any]:
    result, subject = facts.result, facts.subject
    return {
        "subject_risks": _sorted(
            {_text((risk.group.casefold(), risk.name.casefold())) for risk in result.subject_risks}
        ),
        "subject_labels": _paths(label.path for label in result.subject_labels),
        "decided": subject.decided,
        "rejected": subject.rejected,
    }


def _of_label(label: Label) -> dict[str, Any]:
    return _named(label.path) | {
        "score": score(label.probability),
        "probability": label.probability,
        "confidence_level": label.confidence_level,
        "risk_level": str(label.risk_level or ""),
    }


def _named(path: LabelPath) -> dict[str, Any]:
    key = keys(path, BUILT_IN_TAXONOMY)[0]
    spelt = _text(BUILT_IN_TAXONOMY.key(path))
    return {"label": key, "spelt": None if spelt == key else spelt}


def _paths(paths: Iterable[LabelPath]) -> list[str] | None:
    return _sorted({_folded(path) for path in paths} - {""})


def _folded(path: LabelPath) -> str:
    """ "" without a first level: no pattern fits it."""
    levels = (path.risk_label1, path.risk_label2, path.risk_label3)
    return _text(map(str.casefold, levels)) if levels[0] else ""


def _text(levels: Iterable[str]) -> str:
    return "/".join(level.replace("~", "~0").replace("/", "~1") for level in levels).rstrip("/")


def _sorted(texts: Iterable[str]) -> list[str] | None:
    return sorted(texts) or None
