"""The proxy of compose.yaml, a real Caddy with a certificate of its own, in front of a real web process."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, run_app
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World, build

CADDYFILE = ROOT / "deploy" / "compose" / "Caddyfile"
CADDY = Path(sys.executable).with_name("caddy")
MEBIBYTE = 1024 * 1024


def test_caddy_can_read_its_file() -> None:
    done = subprocess.run(
        [CADDY, "validate", "--adapter", "caddyfile", "--config", CADDYFILE],
        env={"HOST": "review.example.com", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def proxied(committed_world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    """As the file has it, but for the addresses: nothing listens on 443 here, and there is no host `web`."""
    own = {"HTTPS": "true", "TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "localhost"}
    with run_app(tmp_path / "logs", **own) as app:
        port = int(app.url.rpartition(":")[2]) + 1
        text = CADDYFILE.read_text().replace("web:8000", app.url.removeprefix("http://"))
        text = text.replace("admin off", "admin off\n\tauto_https disable_redirects\n\tskip_install_trust")
        (tmp_path / "Caddyfile").write_text(text)
        environment = {"HOST": f"https://localhost:{port}", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        argv = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
        with (tmp_path / "caddy.log").open("wb") as log:
            caddy = subprocess.Popen(argv, env=environment, stderr=log)
        try:
            root = tmp_path / "caddy" / "pki" / "authorities" / "local" / "root.crt"
            wait_for(root.exists, what="Caddy's certificate")
            tls = ssl.create_default_context(cafile=str(root))
            with httpx.Client(
                base_url=f"https://localhost:{port}", verify=tls, trust_env=False, timeout=PATIENCE_SECONDS
            ) as client:
                wait_for(lambda: _ready(client), what="Caddy to find the web process ready")
                yield client
        finally:
            caddy.terminate()
            caddy.wait()


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False


def test_it_ends_tls_and_the_web_process_knows(proxied: httpx.Client) -> None:
    page = proxied.get("/accounts/login/")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    assert all("Secure" in cookie for cookie in page.headers.get_list("set-cookie"))
    assert len(page.headers["x-request-id"]) == 32


def test_the_largest_batch_passes_and_a_larger_one_is_refused(committed_world: World, proxied: httpx.Client) -> None:
    headers = {**committed_world.bearer, "Content-Type": "application/json"}
    post = partial(proxied.post, "/api/v1/results", headers=headers)
    passed, refused = (post(content=b"[" + b" " * (size * MEBIBYTE) + b"]").status_code for size in (63, 65))
    assert passed in (200, 422)
    assert refused == 413
