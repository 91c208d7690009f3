"""Posts the demo's cases through the front door, as a backend would."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable

from review.demo.bodies import DemoCase, cases

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post_cases(web: str, customer: str, *, access_key: str, count: int, say: Callable[[str], None]) -> None:
    """Post the first `count` cases. Those of an earlier start are repeats and change nothing."""
    for posted, case in enumerate(cases(count=count), start=1):
        _post(web, case, customer=customer, access_key=access_key)
        if posted % 20 == 0 or posted == count:
            say(f"posting cases: {posted} of {count}")


def _post(web: str, case: DemoCase, *, customer: str, access_key: str) -> None:
    body = json.dumps(case.envelope(customer), ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {access_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{web}/api/v1/results", data=body, headers=headers, method="POST")  # noqa: S310 - our own loopback address
    try:
        with _opener.open(request, timeout=30):
            pass
    except urllib.error.HTTPError as refused:
        raise OSError(f"case {case.name}: {refused.code} {refused.read().decode()}") from refused
