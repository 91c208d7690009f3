"""Facts as the columns that are stored of them: policy is replayed on these alone. Pure.

A path is told by its levels joined with slashes, where a level's own `~` is written `~0` and its own `/` as `~1`; empty
levels at the end are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from moderation.contract.values import BusinessLabel, LabelPath, Request, Result, SubjectLabel
from moderation.policy.conditions import TEXTS
from moderation.policy.facts import Facts
from moderation.policy.sections import keys
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY
from moderation.scores import score

_NO_REQUEST = Request({})


def facts_columns(facts: Facts) -> dict[str, Any]:
    """The columns of one result. A list is sorted; None is an empty one."""
    result, evidence, subject = facts.result, facts.result.evidence, facts.subject
    counts, disposal = evidence.counts.get, result.disposal
    own, label, spelt = _named(result.path)
    return request_columns(facts.request) | {
        "stream_ids": _sorted(TEXTS["streamId"](facts)),
        "narrowing": facts.narrowing.as_json() if facts.narrowing else None,
        "code": result.code,
        "risk_level": result.risk_level.value if result.risk_level else "",
        "result_type": result.result_type,
        "final_result": result.final_result,
        "label": label,
        "spelt": spelt,
        "is_listed": any(_named(one.path)[0] == own for one in result.labels),
        "faces": evidence.faces,
        "persons": evidence.persons,
        "objects_found": counts("object", 0),
        "qr_codes": counts("qr", 0),
        "text_length": len(evidence.text.text),
        "lists": _sorted(TEXTS["words"](facts)),
        "subject_risks": _of_risks(result) if result.subject_risks else None,
        "business_labels": _paths(result.business_labels) if result.business_labels else None,
        "subject_labels": _paths(result.subject_labels) if result.subject_labels else None,
        "disposal": _folded(disposal.path) if disposal else "",
        "decided": subject.decided,
        "rejected": subject.rejected,
    }


def request_columns(request: Request | None) -> dict[str, Any]:
    """Those that only the request tells."""
    told = request or _NO_REQUEST
    return {
        "event": told.event_id,
        "type": told.type.upper(),
        "lang": told.lang,
        "level": told.level,
        "nickname": told.nickname,
        "device_id": told.device_id,
        "room": told.room,
    }


def score_columns(result: Result) -> list[dict[str, Any]]:
    """The columns of its labels, in their order."""
    rows = []
    for place, one in enumerate(result.labels):
        _, label, spelt = _named(one.path)
        rows.append(
            {
                "place": place,
                "label": label,
                "spelt": spelt,
                "score": score(one.probability),
                "probability": one.probability,
                "confidence_level": one.confidence_level,
                "risk_level": one.risk_level.value if one.risk_level else "",
            }
        )
    return rows


def path_of(text: str) -> LabelPath:
    """The path that a `spelt`, or a label without one, tells."""
    levels = [level.replace("~1", "/").replace("~0", "~") for level in text.split("/")]
    return LabelPath(*(*levels, "", "")[:3])


@lru_cache(maxsize=4096)
def _named(path: LabelPath) -> tuple[tuple[str, ...], str, str | None]:
    """Where its threshold is looked for, first of all under `label`; and its spelling where that does not tell it."""
    found, spelt = keys(path, BUILT_IN_TAXONOMY), _text(BUILT_IN_TAXONOMY.key(path))
    return found, found[0], None if spelt == found[0] else spelt


def _of_risks(result: Result) -> list[str] | None:
    return _sorted({_text((one.group, one.name)).casefold() for one in result.subject_risks})


def _paths(labels: Iterable[BusinessLabel | SubjectLabel]) -> list[str] | None:
    return _sorted({_folded(label.path) for label in labels} - {""})


def _folded(path: LabelPath) -> str:
    """ "" without a first level: no pattern fits it."""
    levels = (path.risk_label1, path.risk_label2, path.risk_label3)
    return _text(levels).casefold() if path.risk_label1 else ""


def _text(levels: Iterable[str]) -> str:
    return "/".join(level.replace("~", "~0").replace("/", "~1") for level in levels).rstrip("/")


def _sorted(texts: Iterable[str]) -> list[str] | None:
    return sorted(texts) or None
