"""Run pg_dump and pg_restore: those of the packaged PostgreSQL, or the first on the PATH that is new enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import pq

from moderation.backup.errors import BackupRefused, ProgramFailed
from moderation.runtime.embedded import CannotStart

SHOWN_LINES = 5


def run(name: str, *arguments: str, server_version: int) -> None:
    """Run the program against our database. Raises ProgramFailed with the end of what it wrote."""
    done = subprocess.run(
        [find(name, server_version), *arguments],
        env=os.environ | environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        written = "\n  ".join(done.stderr.strip().splitlines()[-SHOWN_LINES:])
        raise ProgramFailed(f"{name} failed:\n  {written}")


def find(name: str, server_version: int) -> Path:
    """`server_version` is PostgreSQL's number, 180004 for 18.4: an older program refuses a newer server."""
    major = server_version // 10_000
    candidates = [path for path in (_packaged(name), shutil.which(name)) if path]
    for candidate in candidates:
        if _major(Path(candidate)) >= major:
            return Path(candidate)
    found = f"found are older ones: {', '.join(map(str, candidates))}" if candidates else "there is none"
    raise BackupRefused(f"{name} of PostgreSQL {major} or newer is needed; {found}. Install postgresql-client-{major}.")


def environment() -> dict[str, str]:
    """Our database in libpq's variables: a password on the command line could be read by everybody on the machine."""
    variables = {found.keyword.decode(): found.envvar.decode() for found in pq.Conninfo.get_defaults() if found.envvar}
    given = {name: value for name, value in parameters().items() if name in variables}
    return {variables[name]: str(value) for name, value in given.items()}


def parameters() -> dict[str, Any]:
    """Where the database is, as libpq names it, without the time limits of a request's session."""
    known = {found.keyword.decode() for found in pq.Conninfo.get_defaults()} - {"options", "client_encoding"}
    return {name: value for name, value in connection.get_connection_params().items() if name in known}


def _packaged(name: str) -> Path | None:
    # Imported here: a production install may have left the embedded servers out.
    from moderation.runtime.embedded.postgres import programs

    try:
        return programs() / name
    except CannotStart:
        return None


def _major(program: Path) -> int:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0
