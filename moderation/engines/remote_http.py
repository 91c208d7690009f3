"""Any HTTP service that takes an image v4 request and answers with an image v4 result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings

from moderation.engines import v4_requests
from moderation.engines.join import in_frames
from moderation.engines.post import Call, Service, body_of, post_each
from moderation.engines.protocol import Ask, Findings, Frame
from moderation.engines.v4_answers import read_answer


@dataclass(frozen=True, slots=True)
class RemoteHttp:
    service: Service
    version: str = ""
    account: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        service = Service(given.get("name") or "http", given["url"], settings.ENDPOINT_SCHEMES)
        account = {name: given.get(name, "") for name in ("accessKey", "appId", "eventId")}
        return cls(service, account=account)

    @property
    def name(self) -> str:
        return self.service.engine

    def detect(self, frames: Sequence[Frame], ask: Ask) -> Findings:
        replies = post_each(self.service, frames, lambda frame: self._call(frame, ask), ask)
        bodies = [body_of(self.service, reply) for reply in replies]
        return in_frames([self._read(body, frame, ask) for body, frame in zip(bodies, frames, strict=True)])

    def _call(self, frame: Frame, ask: Ask) -> Call:
        content = v4_requests.request_body(frame, ask, account=self.account)
        return Call(self.service.url, content, v4_requests.HEADERS)

    def _read(self, body: bytes, frame: Frame, ask: Ask) -> Findings:
        return read_answer(body, frame, ask, engine=self.name, version=self.version)
