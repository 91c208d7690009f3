"""What a call of the gateway costs beside its engine: reading, cutting the picture, policy, storing the case."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Sequence

import pytest
from PIL import Image

from benchmarks.table.rows import row
from moderation.engines import kinds
from moderation.engines.protocol import Ask, Findings, Frame
from moderation.gateway import pictures
from moderation.models import AppEngine, Case
from moderation.runtime import encryption
from moderation.wsgi import application
from tests.moderation.gateway.calling import IMAGE, as_base64, call
from tests.moderation.gateway.engine import StubEngine, found, label
from tests.world import World, build

CALLS = int(os.environ.get("GATEWAY_CALLS", "200"))
ENGINE_SECONDS = 0.02


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


def photo() -> str:
    """1280 × 960, about as large as a photograph of that size."""
    small = Image.effect_noise((160, 120), 60).convert("RGB")
    file = io.BytesIO()
    small.resize((1280, 960), Image.Resampling.BICUBIC).save(file, "JPEG", quality=85)
    return as_base64(file.getvalue())


def post(body: bytes, authorization: str) -> tuple[str, bytes]:
    """Through the door that machines come in by, without a server around it."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": IMAGE,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": authorization,
    }
    answer = application(environ, lambda status, headers: told.append(status))
    content = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return told[0], content


def test_what_the_gateway_adds_to_its_engine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[float] = []
    cut: list[float] = []

    def slowly(frames: Sequence[Frame], ask: Ask) -> Findings:
        started = time.perf_counter()
        time.sleep(ENGINE_SECONDS)
        answer = found(label("ad/contact", 0.3))
        spent.append(time.perf_counter() - started)
        return answer

    look = pictures.look

    def timed(*given: object, **named: object) -> object:
        started = time.perf_counter()
        try:
            return look(*given, **named)  # type: ignore[arg-type]
        finally:
            cut.append(time.perf_counter() - started)

    monkeypatch.setattr(pictures, "look", timed)
    monkeypatch.setattr(kinds, "BUILDERS", {AppEngine.Kind.HTTP: lambda settings: StubEngine(slowly)})
    AppEngine.objects.create(app=world.web, order=1, kind=AppEngine.Kind.HTTP, sealed_settings=encryption.seal("{}"))
    body = json.dumps(call(data={"img": photo()})).encode()
    totals = []
    for _ in range(CALLS):
        started = time.perf_counter()
        status, content = post(body, world.bearer["Authorization"])
        totals.append(time.perf_counter() - started)
        assert (status, json.loads(content)["code"]) == ("200 OK", 1100)
    assert Case.objects.count() == CALLS
    over = sorted(1000 * (total - engine) for total, engine in zip(totals, spent, strict=True))
    decoder = sorted(1000 * one for one in cut)
    rest = sorted(1000 * (t - e - c) for t, e, c in zip(totals, spent, cut, strict=True))
    told = {name: (some[CALLS // 2], some[int(0.95 * CALLS)]) for name, some in _named(over, decoder, rest)}
    print(
        "\ngateway over its engine, ms (p50, p95):", {name: (round(a, 1), round(b, 1)) for name, (a, b) in told.items()}
    )
    p50, p95 = told["all"]
    row("gateway", p95, f"p50 {p50:.1f} ms; without decoding the picture p95 {told['without the decoder'][1]:.1f} ms")


def _named(over: list[float], decoder: list[float], rest: list[float]) -> list[tuple[str, list[float]]]:
    return [("all", over), ("decoder", decoder), ("without the decoder", rest)]
