"""Engines that speak image v4 over HTTP, against a stand-in in a process of its own."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pytest_django import Settings

from moderation.contract.values import RiskLevel
from moderation.engines import post
from moderation.engines.breaker import FAILURES
from moderation.engines.chain import Link, detect_with
from moderation.engines.deepcleer import HOSTS, deepcleer
from moderation.engines.post import Service
from moderation.engines.protocol import EngineFailed, Findings
from moderation.engines.remote_http import RemoteHttp
from moderation.engines.result import v4_result
from tests.moderation.engines.asked import ask, frame
from tests.moderation.engines.stand_in import ACCESS_KEY, LIES


def engine(url: str) -> RemoteHttp:
    return RemoteHttp.of({"url": url, "name": "other", "accessKey": ACCESS_KEY})


def failure(url: str, seconds: float = 5.0) -> EngineFailed:
    with pytest.raises(EngineFailed) as failed:
        detect_with([Link(engine(url))], [frame()], ask(seconds=seconds))
    return failed.value


def test_an_answer_is_read_with_its_labels_boxes_and_text(stand_in: str) -> None:
    found = engine(f"{stand_in}/image/v4").detect([frame()], ask())
    assert [(str(one.path), one.probability, one.evidence) for one in found.labels] == [
        ("porn/nudity/exposed", 0.97, ("f1",))
    ]
    assert [(box.kind, box.location) for box in found.evidence.boxes] == [("face", (10, 12, 40, 52))]
    assert (found.evidence.text.text, found.evidence.faces) == ("hello", 1)
    assert (found.engine, found.version, set(found.checked)) == ("other", "", {"POLITY", "EROTIC"})


def test_the_body_of_the_gateway_says_what_the_engine_said(stand_in: str) -> None:
    body = v4_result(engine(f"{stand_in}/image/v4").detect([frame()], ask()), request_id="r")
    assert (body["riskLevel"], body["riskLabel3"], body["riskDescription"]) == (
        "REJECT",
        "exposed",
        "Porn: Nudity: Exposed",
    )
    assert body["businessLabels"][0]["businessLabel1"] == "face"


def test_what_it_did_not_look_for_is_not_checked(stand_in: str) -> None:
    found = engine(f"{stand_in}/image/v4").detect([frame(b"clean")], ask())
    assert found.checked == {"EROTIC"}
    assert v4_result(found, request_id="r")["riskLevel"] == "PASS"


def test_frames_are_asked_about_one_by_one_and_their_boxes_lie_on_the_whole_picture(stand_in: str) -> None:
    tiles = [frame(), frame(left=0, top=100), frame(b"clean", left=0, top=200)]
    found = detect_with([Link(engine(f"{stand_in}/image/v4"))], tiles, ask())
    assert [box.location for box in found.evidence.boxes] == [(10, 12, 40, 52), (10, 112, 40, 152)]
    assert len(found.labels) == 1
    assert len(found.labels[0].evidence) == 2
    assert found.checked == {"EROTIC"}


def test_boxes_outside_the_picture_are_cut_at_its_edge_or_have_no_place(stand_in: str) -> None:
    found = detect_with([Link(engine(f"{stand_in}/outside"))], [frame()], ask())
    places = {box.id: box.location for box in found.evidence.boxes}
    assert places == {"f1": (0, 10, 200, 60), "f2": None}
    assert len(found.evidence.notes) == 2


@pytest.mark.parametrize("path", [*LIES, "/500", "/404", "/429", "/redirect"])
def test_no_answer_is_ever_a_pass(stand_in: str, path: str) -> None:
    failed = failure(f"{stand_in}{path}")
    assert failed.is_busy == (path in ("/1901", "/429"))


def test_an_engine_that_hangs_fails_in_time(stand_in: str) -> None:
    started = time.monotonic()
    failed = failure(f"{stand_in}/hang", seconds=0.4)
    assert time.monotonic() - started < 2
    assert failed.why["code"] in ("engine.unreached", "engine.late")


def test_an_engine_that_fails_again_and_again_is_not_asked_for_a_while(stand_in: str) -> None:
    for _ in range(FAILURES):
        assert failure(f"{stand_in}/500").why["code"] == "engine.status"
    assert failure(f"{stand_in}/500").why["code"] == "engine.rests"


def test_calls_that_we_gave_too_little_time_do_not_count_against_the_engine(stand_in: str) -> None:
    for _ in range(FAILURES + 1):
        assert failure(f"{stand_in}/hang", seconds=0.1).is_ours
    found = engine(f"{stand_in}/image/v4?after-hangs").detect([frame()], ask())
    assert found.labels
    assert failure(f"{stand_in}/hang", seconds=0.1).why["code"] in ("engine.unreached", "engine.late")


def test_calls_that_had_their_time_do(stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "FAIR_SECONDS", 0.1)
    for _ in range(FAILURES):
        assert not failure(f"{stand_in}/hang", seconds=0.2).is_ours
    assert failure(f"{stand_in}/hang", seconds=0.2).why["code"] == "engine.rests"


def test_most_seconds_bounds_each_call_and_not_all_of_a_picture(stand_in: str) -> None:
    """Twelve frames, four at a time, 0.2 s each."""
    slow = replace(
        engine(f"{stand_in}/slow"), service=Service("other", f"{stand_in}/slow", ("http",), most_seconds=0.5)
    )
    assert slow.detect([frame()] * 12, ask()).labels
    hangs = replace(slow, service=replace(slow.service, url=f"{stand_in}/hang"))
    started = time.monotonic()
    with pytest.raises(EngineFailed, match=r"within|time"):
        hangs.detect([frame()], ask())
    assert time.monotonic() - started < 2


def test_nobody_answers(stand_in: str) -> None:
    assert failure("http://127.0.0.1:9/image/v4").why["code"] == "engine.unreached"


def test_deepcleer_is_asked_as_its_document_says(stand_in: str) -> None:
    vendor = deepcleer({"cluster": "singapore", "accessKey": ACCESS_KEY})
    here = replace(vendor, service=replace(vendor.service, url=f"{stand_in}/image/v4", schemes=("http",)))
    found = here.detect([frame()], ask())
    assert (found.engine, found.version) == ("deepcleer", "v4")
    assert found.verdict is not None
    assert found.verdict.risk_level is RiskLevel.REJECT


def test_a_wrong_key_there_is_a_failure(stand_in: str) -> None:
    vendor = deepcleer({"cluster": "singapore", "accessKey": "another"})
    here = replace(vendor, service=replace(vendor.service, url=f"{stand_in}/image/v4", schemes=("http",)))
    with pytest.raises(EngineFailed, match="9101"):
        here.detect([frame()], ask())


@pytest.mark.parametrize("cluster", HOSTS)
def test_plain_http_goes_to_its_hosts_only_when_the_setting_says_so(settings: Settings, cluster: str) -> None:
    assert deepcleer({"cluster": cluster}).service.url == f"https://{HOSTS[cluster]}/image/v4"
    assert deepcleer({"cluster": cluster}).service.schemes == ("https",)
    settings.DEEPCLEER_PLAIN_HTTP = True
    assert deepcleer({"cluster": cluster}).service.url == f"http://{HOSTS[cluster]}/image/v4"


def test_secrets_are_in_no_description(stand_in: str) -> None:
    assert ACCESS_KEY not in repr(engine(stand_in))
    assert isinstance(engine(f"{stand_in}/image/v4").detect([frame()], ask()), Findings)
