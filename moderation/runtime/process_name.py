"""This process by its host and number, as operators look for it."""

from __future__ import annotations

import os
import socket


def process_name() -> str:
    return f"{socket.gethostname()}, process {os.getpid()}"[:200]
