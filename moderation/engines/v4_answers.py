"""Read an image v4 result, as an engine over HTTP answers it, into findings. The answer is hostile until it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moderation.contract import json_text
from moderation.contract.fields import as_number
from moderation.contract.image_v4 import says_failed
from moderation.contract.parse import read_result, root
from moderation.contract.values import ContractError, Label, Result, Shape
from moderation.engines.protocol import Ask, EngineFailed, Findings, Frame, failed
from moderation.messages import LedgerCode, Message

BUSY = 1901
FROM_PICTURES = (Shape.IMAGE_V4, Shape.DECISION_LABELS)
EXTRAS = ("businessLabels", "disposal", "tokenLabels", "tokenProfileLabels", "tokenRiskLabels")
_CORNERS = (4, 8)  # numbers of a rectangle, and of a turned one
_TOLD = 3  # errors that are named


def read_answer(body: bytes, frame: Frame, ask: Ask, *, engine: str, version: str) -> Findings:
    """Raises EngineFailed for a code that is not success, and for all that breaks the contract."""
    try:
        answer = _on_the_picture(json_text.loads(body), frame)
        fields = root(answer)
        if says_failed(answer):
            raise _code(answer, engine)
        result = read_result(fields)
        fields.check()
    except ContractError as error:
        told = "; ".join(f"{one.pointer or '/'}: {one.detail}" for one in error.errors[:_TOLD])
        raise failed(LedgerCode.ENGINE_ANSWER, engine, detail=told[:300]) from error
    if result.shape not in FROM_PICTURES:
        raise failed(LedgerCode.ENGINE_ANSWER, engine, detail="it is no result of a picture")
    return replace(_findings(result), engine=engine, version=version, checked=_checked(answer, ask))


def _code(answer: Mapping[str, Any], engine: str) -> EngineFailed:
    number = int(as_number(answer.get("code")) or 0)
    why = Message(LedgerCode.ENGINE_CODE, engine=engine, number=number)
    return EngineFailed(why, is_busy=number == BUSY)


def _findings(result: Result) -> Findings:
    verdict = Label(result.path, result.risk_level, result.risk_description)
    same = next((label for label in result.labels if label.path == result.path), None)
    extras = {name: result.raw[name] for name in EXTRAS if result.raw.get(name)}
    return Findings(
        labels=result.labels,
        evidence=result.evidence,
        verdict=replace(verdict, risk_source=same.risk_source, probability=same.probability) if same else verdict,
        extras=extras,
    )


def _checked(answer: Mapping[str, Any], ask: Ask) -> frozenset[str]:
    """What was asked for, without what the engine says that it did not look for."""
    aux = answer.get("auxInfo")
    told = aux.get("notChecked") if isinstance(aux, dict) else None
    return ask.types.difference(one for one in told if isinstance(one, str)) if isinstance(told, list) else ask.types


def _on_the_picture(answer: Any, frame: Frame) -> Any:
    """The answer with its places counted on the whole picture instead of the frame."""
    return _moved(answer, frame.left, frame.top) if frame.left or frame.top else answer


def _moved(value: Any, left: int, top: int) -> Any:
    if isinstance(value, list):
        return [_moved(one, left, top) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _place(one, left, top) if name == "location" and isinstance(one, list) else _moved(one, left, top)
        for name, one in value.items()
    }


def _place(location: list[Any], left: int, top: int) -> list[Any]:
    numbers = [as_number(one) for one in location]
    if len(numbers) not in _CORNERS or None in numbers:
        return location
    return [number + (top if place % 2 else left) for place, number in enumerate(numbers) if number is not None]
