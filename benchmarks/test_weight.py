"""What the review page weighs and what axe says of it; and whether uv.lock installs on the machines that we promise."""

from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

from benchmarks.table.rows import row
from tests import wheels
from tests.browser.pages.test_every_page import OFFENCES
from tests.browser.stage_page import StagePage

NOT_OURS = ("htmx", "axe")
LOADED = "() => performance.getEntriesByType('resource').map((one) => one.name).filter((url) => url.includes('.js'))"


def test_the_review_page(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    desk.page.wait_for_timeout(1000)
    ours = [url for url in desk.page.evaluate(LOADED) if not any(name in url for name in NOT_OURS)]
    assert ours
    sizes = {urlsplit(url).path.rpartition("/")[2]: compressed(url) for url in ours}
    row("stage-weight", sum(sizes.values()) / 1000, f"{len(sizes)} files by Brotli, without htmx")
    desk.page.evaluate(AXE_SCRIPT)
    found = []
    for theme in ("dark", "light"):
        desk.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += desk.page.evaluate(OFFENCES)
    row("stage-axe", len(found), "dark and light")


def compressed(url: str) -> int:
    """Bytes of its answer to a browser that takes Brotli."""
    address = urlsplit(url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)) as connection:
        connection.request("GET", address.path, headers={"Accept-Encoding": "br"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br"), url
        return len(answer.read())


def test_wheels() -> None:
    row("wheels", len(wheels.missing()), "of uv.lock, on Linux x86-64, Linux ARM64 and macOS ARM64")
