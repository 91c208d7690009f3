"""Post the demo's cases to the API, as a backend would.

Run by the demo: `python -m demo.posting <web> <customer> <folder> <count>`.
"""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

from demo import credentials
from demo.cases.bodies import DemoCase, cases
from demo.picture_host import saved

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post_cases(web: str, customer: str, *, access_key: str, count: int, folder: Path) -> None:
    """Draw and post the first `count` cases, unless an earlier start did. A case posted twice is a repeat."""
    samples = folder / "samples"
    done = samples / "posted"
    if done.exists() and int(done.read_text()) >= count:
        return
    for posted, case in enumerate(saved(cases(count=count), samples), start=1):
        _post(web, case, customer=customer, access_key=access_key)
        if posted % 20 == 0 or posted == count:
            print(f"drawing and posting cases: {posted} of {count}", flush=True)
    done.write_text(str(count))


def _post(web: str, case: DemoCase, *, customer: str, access_key: str) -> None:
    body = json.dumps(case.envelope(customer), ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {access_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{web}/api/v1/results", data=body, headers=headers, method="POST")  # noqa: S310 - our own loopback address
    try:
        with _opener.open(request, timeout=30):
            pass
    except urllib.error.HTTPError as refused:
        raise OSError(f"case {case.name}: {refused.code} {refused.read().decode()}") from refused


def main(web: str, customer: str, where: str, count: str) -> int:
    folder = Path(where)
    try:
        key = credentials.read_or_create(folder).access_key
        post_cases(web, customer, access_key=key, count=int(count), folder=folder)
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
