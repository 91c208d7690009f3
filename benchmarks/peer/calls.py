"""What is asked of Label Studio: the calls of its labelling screen, and its import, with the same cases as ours."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CONFIGURATION = """<View><Image name="image" value="$image"/>
<Choices name="verdict" toName="image"><Choice value="PASS"/><Choice value="REJECT"/></Choices></View>"""
PASS = [{"from_name": "verdict", "to_name": "image", "type": "choices", "value": {"choices": ["PASS"]}}]


@dataclass(frozen=True, slots=True)
class Peer:
    """`tokens` are those of its people."""

    url: str
    tokens: Sequence[str]

    def call(self, method: str, path: str, body: object, token: str, to: http.client.HTTPConnection) -> Any:
        headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        to.request(method, path, None if body is None else json.dumps(body), headers)
        answer = to.getresponse()
        told = answer.read()
        assert answer.status in (200, 201), told[:500]
        return json.loads(told)

    def connect(self) -> http.client.HTTPConnection:
        address = urlsplit(self.url)
        return http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)

    def project(self) -> int:
        """A new one, with one verdict for each picture. Returns its number."""
        about = {"title": "moderation", "label_config": CONFIGURATION, "maximum_annotations": 1}
        with closing(self.connect()) as to:
            made = self.call("POST", "/api/projects", about, self.tokens[0], to)
        return int(made["id"])

    def import_results(self, project: int, results: Sequence[dict[str, Any]]) -> float:
        """Tasks that carry these machine results; in tasks a second."""
        tasks = [{"image": "http://127.0.0.1:9/nothing.jpg", "result": result} for result in results]
        with closing(self.connect()) as to:
            started = time.perf_counter()
            told = self.call("POST", f"/api/projects/{project}/import", tasks, self.tokens[0], to)
            spent = time.perf_counter() - started
        assert told["task_count"] == len(tasks)
        return len(tasks) / spent

    def cycles(self, token: str, project: int, count: int) -> list[tuple[float, float]]:
        """Decides `count` tasks; milliseconds until each was there and until its verdict was taken."""
        waits = []
        with closing(self.connect()) as to:
            for _ in range(count):
                started = time.perf_counter()
                task = self.call("GET", f"/api/projects/{project}/next", None, token, to)
                came = time.perf_counter()
                said = {"result": PASS, "lead_time": 1.0}
                self.call("POST", f"/api/tasks/{task['id']}/annotations/?project={project}", said, token, to)
                waits.append(((came - started) * 1000, (time.perf_counter() - came) * 1000))
        return waits
