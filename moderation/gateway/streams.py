"""Tell the same risk of a video stream only so often (`streamInfo.similarDedup`): riskNum times in each timeWindow.

What was told before is left out of the result, whose `auxInfo` then says `frameTime`, `streamId`, and in `suppressed`
which labels they were. A failure, and what could not be checked, is never left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from moderation import labels
from moderation.contract.evidence import NORMAL, NOTHING_FOUND, UNCHECKED
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.values import LabelPath, RiskLevel, StreamInfo
from moderation.engines.join import STRICTNESS
from moderation.gateway.asked import LONGEST_WINDOW_SECONDS, Asked
from moderation.models import StreamDetection
from moderation.policy import Taxonomy

KEPT = timedelta(seconds=LONGEST_WINDOW_SECONDS)
_NEVER = frozenset({"", NORMAL, UNCHECKED})
_HEAD = ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0x57AEA))"
# One that its process did not live to store does not count, from half a minute on.
_TOLD = """
SELECT count(*)
  FROM moderation_streamdetection d
 WHERE d.app_id = %(app)s AND d.stream_id = %(stream)s AND d.category = %(category)s
   AND d.frame_at_ms > %(at)s - %(window)s AND d.frame_at_ms < %(at)s + %(window)s
   AND d.is_rejected >= %(is_rejected)s AND d.full_id <> %(own)s
   AND (d.created_at > statement_timestamp() - interval '30 seconds'
        OR EXISTS (SELECT FROM moderation_case c WHERE c.app_id = d.app_id AND c.full_id = d.full_id))
"""


@contextmanager
def told_once(looked: Sequence[tuple[Asked, dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """The bodies to be stored in the block. When it raises, nothing of them counts as told."""
    made: list[int] = []
    try:
        yield [_once(asked, body, made) for asked, body in looked]
    except BaseException:
        with suppress(DatabaseError):
            StreamDetection.objects.filter(pk__in=made).delete()
        raise


def forget_old() -> int:
    """Those that no window reaches back to. Returns how many."""
    return StreamDetection.objects.filter(created_at__lt=Now() - KEPT).delete()[0]


def _once(asked: Asked, body: dict[str, Any], made: list[int]) -> dict[str, Any]:
    stream = asked.request.stream
    if stream is None or not stream.similar_dedup or body["code"] != SUCCESS:
        return body
    taxonomy = labels.in_force()
    known = _known(asked, stream, _found(body, taxonomy), made)
    return _without(body, known, stream, taxonomy) if known else body


def _found(body: Mapping[str, Any], taxonomy: Taxonomy) -> dict[str, RiskLevel]:
    """The strictest level of each category that the machine would not let pass."""
    found: dict[str, RiskLevel] = {}
    for label in (body, *body["allLabels"]):
        category, level = _category(label, taxonomy), _level(label)
        if category not in _NEVER and STRICTNESS[level] > STRICTNESS[found.get(category, RiskLevel.PASS)]:
            found[category] = level
    return found


def _category(label: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    path = LabelPath(*(label.get(f"riskLabel{place}") or "" for place in (1, 2, 3)))
    return taxonomy.key(path)[0]


def _level(label: Mapping[str, Any]) -> RiskLevel:
    return RiskLevel(label.get("riskLevel") or RiskLevel.PASS)


def _known(asked: Asked, stream: StreamInfo, found: Mapping[str, RiskLevel], made: list[int]) -> set[str]:
    """The categories that were told often enough; the others are told now."""
    known = set()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{asked.app.pk}:{stream.stream_id}"])
        for category, level in sorted(found.items()):
            row = _row(asked, stream, category, level)
            cursor.execute(_TOLD, _window(row, stream))
            if cursor.fetchone()[0] >= stream.risk_num:
                known.add(category)
            else:
                row.save()
                made.append(row.pk)
    return known


def _row(asked: Asked, stream: StreamInfo, category: str, level: RiskLevel) -> StreamDetection:
    return StreamDetection(
        app=asked.app,
        stream_id=stream.stream_id,
        category=category,
        frame_at_ms=stream.frame_time_ms or 0,
        is_rejected=level == RiskLevel.REJECT,
        full_id=asked.full_id,
    )


def _window(row: StreamDetection, stream: StreamInfo) -> dict[str, Any]:
    return {
        "app": row.app_id,
        "stream": row.stream_id,
        "category": row.category,
        "at": row.frame_at_ms,
        "window": stream.time_window_seconds * 1000,
        "is_rejected": row.is_rejected,
        "own": row.full_id,
    }


def _without(body: dict[str, Any], known: set[str], stream: StreamInfo, taxonomy: Taxonomy) -> dict[str, Any]:
    left: list[Mapping[str, Any]] = []
    gone: list[Mapping[str, Any]] = []
    for label in body["allLabels"]:
        (gone if _category(label, taxonomy) in known else left).append(label)
    aux: dict[str, Any] = {"frameTime": stream.frame_time_ms, "streamId": stream.stream_id}
    aux["suppressed"] = [{name: label[name] for name in _HEAD if name in label} for label in gone]
    shorter = body | {"allLabels": left, "auxInfo": body["auxInfo"] | aux}
    return shorter | _head(left) if _category(body, taxonomy) in known else shorter


def _head(left: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The verdict by the labels that are left."""
    strictest = max(left, key=lambda one: STRICTNESS[_level(one)], default=None)
    if strictest is None or _level(strictest) is RiskLevel.PASS:
        return {"riskLevel": RiskLevel.PASS.value, **NOTHING_FOUND}
    return {name: strictest.get(name, "") for name in _HEAD}
