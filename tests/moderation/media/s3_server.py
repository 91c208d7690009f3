"""A server on loopback that speaks S3, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from moderation.media.storage import picture_storage
from tests.processes import free_port
from tests.waiting import wait_for

KEYS = {"access_key": "tests", "secret_key": "only-for-tests"}


@dataclass
class S3Server:
    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def client(self) -> Any:
        secrets = {"aws_access_key_id": KEYS["access_key"], "aws_secret_access_key": KEYS["secret_key"]}
        return boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", **secrets)

    def storage(self, place: str) -> dict[str, Any]:
        return picture_storage(place, endpoint_url=self.url, **KEYS)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """With one bucket, `pictures`."""
    port = free_port()
    argv = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    server = S3Server(f"http://127.0.0.1:{port}", process)
    try:
        wait_for(lambda: _answers(server), what="the S3 server to answer")
        server.client.create_bucket(Bucket="pictures")
        yield server
    finally:
        server.stop()


def _answers(server: S3Server) -> bool:
    try:
        server.client.list_buckets()
    except Exception:
        return False
    return True
