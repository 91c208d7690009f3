"""Known pictures give their labels, by bytes and by looks; the looks are told by the real engine of this host."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from moderation.contract.values import RiskLevel
from moderation.engines import known_pictures
from moderation.engines.chain import Link, detect_with
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import Host
from moderation.engines.kinds import engines_of
from moderation.engines.known_pictures import KnownPictures
from moderation.engines.protocol import EngineFailed, Findings, Frame
from moderation.known_pictures.alike import Known, bits_of
from moderation.media import store
from moderation.media.store import StoreDown
from moderation.models import KnownPicture, Picture
from tests.moderation.engines.asked import ask
from tests.moderation.engines.drawn_pages import page, photograph
from tests.moderation.engines.embedded.conftest import leave
from tests.world import World

HASH = sha256(b"the picture").hexdigest()


@pytest.fixture(scope="module")
def host() -> Iterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        yield Embedded(Host(Path(folder)))
        leave(Path(folder))


def jpeg(image: Image.Image, quality: int = 90) -> Frame:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Frame(file.getvalue(), *image.size)


def photo() -> Image.Image:
    image = photograph()
    assert image
    return image


def known(host: Embedded, image: Image.Image) -> KnownPictures:
    (likeness,) = host.likenesses([jpeg(image)], ask(seconds=30))
    assert bits_of(likeness) is not None
    return KnownPictures((Known(7, "porn/nudity", HASH, bits_of(likeness)),), host)


def look(engine: KnownPictures, *frames: Frame, sha: str = "0" * 64) -> Findings:
    return detect_with([Link(engine)], frames, replace(ask(seconds=30), sha256=sha))


def test_the_same_bytes_have_the_label_whatever_the_engine_of_this_host_says(host: Embedded) -> None:
    broken = Embedded(Host(Path("/no-such-folder"), ("false",)))
    engine = KnownPictures((Known(7, "porn/nudity", HASH),), broken)
    found = look(engine, jpeg(photo()), sha=HASH)
    assert [(str(one.path), one.probability, one.risk_level) for one in found.labels] == [
        ("porn/nudity", 1.0, RiskLevel.REVIEW)
    ]
    assert found.evidence.notes == ("the same bytes as known picture 7",)
    assert look(engine, jpeg(photo())).labels == ()


def test_copies_are_recognised(host: Embedded) -> None:
    image = photo()
    engine = known(host, image)
    copies = [
        jpeg(image, 40),
        jpeg(image.resize((image.width // 2, image.height // 2))),
        jpeg(image.resize((image.width * 2, image.height * 2))),
        jpeg(ImageEnhance.Brightness(image).enhance(1.15)),
    ]
    for copy in copies:
        found = look(engine, copy)
        assert [str(one.path) for one in found.labels] == ["porn/nudity"], copy
        assert found.evidence.notes == ("it looks like known picture 7",)


def test_one_frame_of_several_is_enough(host: Embedded) -> None:
    other = page(1).frame
    assert look(known(host, photo()), other, jpeg(photo())).labels
    assert not look(known(host, photo()), other).labels


def test_plain_pictures_look_like_nothing(host: Embedded) -> None:
    plain = jpeg(Image.new("RGB", (300, 200), (120, 130, 140)))
    assert host.likenesses([plain], ask(seconds=30)) == [""]


def test_where_the_looks_cannot_be_told_the_engine_fails(tmp_path: Path) -> None:
    engine = KnownPictures((Known(7, "porn", HASH, 0),), Embedded(Host(tmp_path / "engine", ("false",))))
    with pytest.raises(EngineFailed):
        look(engine, jpeg(photo()))


def test_our_copy_of_a_picture_tells_what_it_looks_like(host: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_pictures, "Embedded", lambda: host)
    monkeypatch.setattr(store, "get", {"web/1": jpeg(photo()).data}.__getitem__)
    told = known_pictures.likeness_of(Picture(sha256=HASH, web="web/1"))
    assert told == host.likenesses([jpeg(photo())], ask(seconds=30))[0]
    assert bits_of(told) is not None


def test_a_copy_that_cannot_be_had_has_no_likeness(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(key: str) -> bytes:
        raise StoreDown(key)

    monkeypatch.setattr(store, "get", get)
    assert known_pictures.likeness_of(Picture(sha256=HASH, web="web/1")) == ""


def test_an_app_with_known_pictures_has_them_looked_for_beside_its_engines(world: World) -> None:
    KnownPicture.objects.create(app=world.web, sha256=HASH, label="porn")
    assert [engine.name for engine, _ in engines_of(world.web)] == ["embedded", known_pictures.NAME]
    assert [engine.name for engine, _ in engines_of(world.other_app)] == ["embedded"]
