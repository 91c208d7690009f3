"""The picture store in a folder and in a bucket: the same promises."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from environs import EnvError

from moderation.media import store
from moderation.media.storage import picture_storage
from moderation.media.store import StoreDown

from .s3_server import KEYS, S3Server, s3_server

CONTENT = b"\xff\xd8\xff our own pixels"
KEY = f"renditions/{hashlib.sha256(CONTENT).hexdigest()[:2]}/{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: S3Server, settings: Any) -> S3Server:
    """From here on the pictures are in a bucket, under a prefix."""
    settings.STORAGES = settings.STORAGES | {"pictures": server.storage("s3://pictures/of/tests")}
    return server


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> None:
    if request.param == "bucket":
        request.getfixturevalue("bucket")


def asked_of_the_bucket() -> list[str]:
    """The method of every request that this test's store sends from now on."""
    asked: list[str] = []
    events = storages["pictures"].connection.meta.client.meta.events  # type: ignore[attr-defined] # a bucket's
    events.register("before-send.s3", lambda request, **_: asked.append(request.method))
    return asked


def test_what_was_put_comes_back_under_the_name_of_its_content(place: None) -> None:
    assert store.put(CONTENT, folder="renditions") == KEY
    assert store.get(KEY) == CONTENT


def test_the_same_content_is_kept_once(place: None) -> None:
    assert {store.put(CONTENT, folder="renditions") for _ in range(3)} == {KEY}
    _, files = storages["pictures"].listdir(KEY.rpartition("/")[0])
    assert files == [KEY.rpartition("/")[2]]


def test_what_was_removed_is_gone_and_removing_it_again_is_fine(place: None) -> None:
    store.put(CONTENT, folder="renditions")
    for _ in range(2):
        store.remove(KEY)
        with pytest.raises(FileNotFoundError):
            store.get(KEY)


def test_sixteen_megabytes_pass_through(place: None) -> None:
    large = os.urandom(16 * 1024 * 1024)
    assert store.get(store.put(large, folder="uploads")) == large


def test_a_bucket_is_asked_once_for_each_thing(bucket: S3Server) -> None:
    asked = asked_of_the_bucket()
    store.put(CONTENT, folder="renditions")
    store.put(CONTENT, folder="renditions")
    store.get(KEY)
    store.put(bytes(12_000_000), folder="uploads")
    assert asked == ["PUT", "PUT", "GET", "PUT"]


def test_in_a_bucket_it_lies_under_the_prefix_as_bytes_for_nobody_else(bucket: S3Server) -> None:
    store.put(CONTENT, folder="renditions")
    found = bucket.client.get_object(Bucket="pictures", Key=f"of/tests/{KEY}")
    assert found["ContentType"] == "application/octet-stream"
    grants = bucket.client.get_object_acl(Bucket="pictures", Key=f"of/tests/{KEY}")["Grants"]
    assert ["URI" in grant["Grantee"] for grant in grants] == [False]  # a group, as everybody is, is named by its URI
    assert "Signature" not in storages["pictures"].url(KEY)


def test_a_bucket_that_is_not_there_is_a_store_that_is_down(server: S3Server, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {"pictures": server.storage("s3://nobody-made-this")}
    with pytest.raises(StoreDown, match="NoSuchBucket"):
        store.put(CONTENT, folder="renditions")
    with pytest.raises(StoreDown, match="NoSuchBucket"):
        store.get(KEY)


def test_a_service_that_is_gone_is_a_store_that_is_down(settings: Any) -> None:
    nobody = picture_storage("s3://pictures", endpoint_url="http://127.0.0.1:9", **KEYS)
    settings.STORAGES = settings.STORAGES | {"pictures": nobody}
    for ask in (lambda: store.put(CONTENT, folder="renditions"), lambda: store.get(KEY), lambda: store.remove(KEY)):
        with pytest.raises(StoreDown, match="EndpointConnectionError"):
            ask()


def test_a_folder_without_room_is_a_store_that_is_down(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    with pytest.raises(StoreDown):
        store.put(CONTENT, folder="renditions")
    with pytest.raises(StoreDown):
        store.get(KEY)


def test_a_file_appears_whole_for_its_owner_alone(tmp_path: Path) -> None:
    store.put(CONTENT, folder="renditions")
    (path,) = (found for found in tmp_path.rglob("*") if found.is_file())
    assert path == tmp_path / "pictures" / KEY
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreDown, match="No space left"):
        store.put(CONTENT, folder="renditions")
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []


def test_who_reads_while_the_same_is_written_again_reads_all_of_it() -> None:
    content = os.urandom(3_000_000)
    key = store.put(content, folder="renditions")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            store.put(content, folder="renditions")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(store.get(key) == content for _ in range(100))
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize(
    ("place", "bucket", "prefix"),
    [
        ("s3://pictures", "pictures", ""),
        ("s3://pictures/", "pictures", ""),
        ("s3://my.pictures-1/second/look/", "my.pictures-1", "second/look"),
    ],
)
def test_a_bucket_and_its_prefix(place: str, bucket: str, prefix: str) -> None:
    options = picture_storage(place, endpoint_url=None, access_key="")["OPTIONS"]
    assert options == {"bucket_name": bucket, "location": prefix}


@pytest.mark.parametrize(
    "place",
    [
        "gs://pictures",
        "S3://pictures",
        "s3:/pictures",
        "s3://",
        "s3:///prefix",
        "s3://Bucket",
        "s3://b",
        "s3://pictures?acl=public",
        "file:///pictures",
        "pictures",
        "./pictures",
        "",
    ],
)
def test_a_place_that_is_neither_is_refused_in_words(place: str) -> None:
    with pytest.raises(EnvError, match="Give an absolute folder, s3://bucket or s3://bucket/prefix"):
        picture_storage(place)


def test_a_place_that_is_neither_stops_the_start() -> None:
    environment = os.environ | {"MEDIA_STORAGE": "ftp://pictures"}
    argv = [sys.executable, "manage.py", "check"]
    root = Path(__file__).resolve().parents[3]
    started = subprocess.run(argv, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert started.returncode != 0
    assert "MEDIA_STORAGE is 'ftp://pictures'" in started.stderr
