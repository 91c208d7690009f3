"""Ask Amazon Rekognition about the frames of a picture: one call for each thing that it can look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import product
from typing import Any, Self

from moderation.contract import json_text
from moderation.contract.parse import root
from moderation.contract.values import ContractError
from moderation.engines import type_names
from moderation.engines.join import in_frames, join
from moderation.engines.post import Call, Service, body_of, post_each
from moderation.engines.protocol import Ask, EngineFailed, Findings, Frame, failed
from moderation.engines.rekognition import requests
from moderation.engines.rekognition.read_reply import READERS
from moderation.engines.rekognition.requests import Account
from moderation.messages import LedgerCode, Message
from moderation.outbound.client import Reply

NAME = "rekognition"
MOST_SECONDS = 10.0
COVERS = {
    "DetectModerationLabels": type_names.NUDITY | type_names.SUGGESTIVE | type_names.VIOLENCE | type_names.PROHIBITED,
    "DetectFaces": type_names.FACES,
    "DetectText": type_names.TEXT,
}
"""The types that each of its calls looks for."""
ASKED_FOR = COVERS | {"DetectText": type_names.READS_TEXT}
"""The types for which each is made: advertising is no label of its, but its text is read."""
_BUSY = ("ThrottlingException", "ProvisionedThroughputExceededException")

Question = tuple[Frame, str]
"""A frame and the call that is made about it."""


@dataclass(frozen=True, slots=True)
class Rekognition:
    service: Service
    account: Account

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        region = given["region"]
        url = f"https://rekognition.{region}.amazonaws.com/"
        account = Account(url, region, given["keyId"], given["secret"])
        return cls(Service(NAME, url, ("https",), MOST_SECONDS), account)

    @property
    def name(self) -> str:
        return NAME

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        operations = [name for name, types in ASKED_FOR.items() if type_names.wants(ask.types, types)]
        checked = frozenset().union(*(COVERS[name] for name in operations))
        if not operations:
            return Findings(engine=NAME)
        if any(len(frame.data) > requests.MOST_BYTES for frame in frames):
            raise failed(LedgerCode.ENGINE_BROKEN, NAME, detail="it takes pictures of up to 5 MB")
        questions: list[Question] = list(product(frames, operations))
        replies = post_each(self.service, questions, self._call, ask)
        found = [self._read(one, reply) for one, reply in zip(questions, replies, strict=True)]
        each = [join(found[at : at + len(operations)]) for at in range(0, len(found), len(operations))]
        version = next((one.version for one in found if one.version), "")
        return replace(in_frames(each), engine=NAME, version=version, checked=checked & ask.types)

    def _call(self, question: Question) -> Call:
        frame, operation = question
        return requests.call(operation, frame, self.account)

    def _read(self, question: Question, reply: Reply) -> Findings:
        frame, operation = question
        if reply.status != HTTPStatus.OK and (code := _code_of(reply)):
            why = Message(LedgerCode.ENGINE_BROKEN, engine=NAME, detail=code)
            raise EngineFailed(why, is_busy=code in _BUSY)
        try:
            fields = root(json_text.loads(body_of(self.service, reply)))
            found = READERS[operation](fields, frame)
            fields.check()
        except ContractError as error:
            raise failed(LedgerCode.ENGINE_ANSWER, NAME, detail=str(error)[:300]) from error
        return replace(found, engine=NAME, version=found.version)


def _code_of(reply: Reply) -> str:
    """The name of its error; "" when the body says none."""
    try:
        told = root(json_text.loads(reply.body)).shown_text("__type")
    except ContractError:
        return ""
    return "".join(letter for letter in told.rpartition("#")[2] if letter.isalnum())[:80]
