"""Runs in the node of the load and asks several times a second: are our web processes alive, are they ready, and which
node's Patroni says that it is the primary. Every answer is a line in a file.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from places import ADDRESSES, APPS, DATABASES, WEB_PORT

PAUSE_SECONDS = {"alive": 0.1, "ready": 0.2, "primary": 0.25}
TIMEOUT_SECONDS = {"alive": 5.0, "ready": 7.0, "primary": 0.5}


class Watch(threading.Thread):
    def __init__(self, what: str, node: str, port: int, path: str, told: Path) -> None:
        super().__init__(daemon=True)
        self._what, self._node, self._port, self._path, self._told = what, node, port, path, told

    def run(self) -> None:
        with self._told.open("a", buffering=1) as file:
            while True:
                at = time.time()
                status = self._ask()
                took = time.time() - at
                line = {"what": self._what, "node": self._node, "at": at, "took": round(took, 4), "status": status}
                file.write(json.dumps(line) + "\n")
                time.sleep(max(0.0, PAUSE_SECONDS[self._what] - took))

    def _ask(self) -> int:
        connection = HTTPConnection(ADDRESSES[self._node], self._port, timeout=TIMEOUT_SECONDS[self._what])
        try:
            connection.request("GET", self._path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


def main(told: Path) -> None:
    asked = [("alive", node, WEB_PORT, "/healthz") for node in APPS]
    asked += [("ready", node, WEB_PORT, "/readyz") for node in APPS]
    asked += [("primary", node, 8008, "/primary") for node in DATABASES]
    for one in asked:
        Watch(*one, told).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
