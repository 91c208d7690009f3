"""The system account the servers run as.

An ordinary user runs them under the same account. PostgreSQL refuses to run as root, so root runs both servers as the
account that owns the folder (after `sudo make demo` in a user's checkout the files still belong to that user), or else
as `pgserver`, a system account without a shell, created on first use.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from .errors import CannotStart

ROOTS_ACCOUNT = "pgserver"


class RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """`switched`: we are root and the servers run as another account."""

    uid: int
    gid: int
    name: str
    switched: bool

    @property
    def run_as(self) -> RunAs:
        """Arguments for subprocess."""
        return RunAs(user=self.uid, group=self.gid, extra_groups=[]) if self.switched else RunAs()


def account_for(folder: Path, data: Path) -> Account:
    """The account to run the server with its files in `data`. Raises CannotStart when root finds none."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), "ourselves", switched=False)
    owner = (data if data.exists() else folder).stat().st_uid
    entry = (_entry(owner) if owner else None) or _roots_account()
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, switched=True)


def private_directory(path: Path, account: Account) -> None:
    """Make `path` a directory that only `account` (and root) can enter. Raises CannotStart when it is not ours."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Through a descriptor that follows no link: root must not be tricked into changing another directory's owner.
    with _opened(path) as directory:
        if os.fstat(directory).st_uid not in (account.uid, os.geteuid()):
            raise _in_the_way(path)
        if account.switched:
            os.fchown(directory, account.uid, account.gid)
        os.fchmod(directory, 0o700)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except NotADirectoryError as found:
        raise _in_the_way(path) from found
    try:
        yield directory
    finally:
        os.close(directory)


def _in_the_way(path: Path) -> CannotStart:
    return CannotStart(f"{path} is in the way: it is not a directory of this user. Remove it and start again.")


def let_in(account: Account, path: Path) -> list[Path]:
    """Let the account that root switches to reach `path`: add search permission, never read, where it is missing.

    Returns the directories that were changed, for the caller to report.
    """
    closed = [] if not account.switched else [up for up in path.resolve().parents if not _may_search(account, up)]
    for directory in closed:
        directory.chmod(stat.S_IMODE(directory.stat().st_mode) | stat.S_IXOTH)
    return closed


def open_programs(account: Account, programs: Path) -> None:
    """Let the account that root switches to read an installation that root unpacked under a strict umask."""
    everyone = stat.S_IROTH | stat.S_IXOTH
    if not account.switched or programs.stat().st_mode & everyone == everyone:
        return
    for path in (programs, *programs.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _may_search(account: Account, directory: Path) -> bool:
    found = directory.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _roots_account() -> pwd.struct_passwd:
    entry = _entry(ROOTS_ACCOUNT)
    if entry is None and shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ROOTS_ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)
        entry = _entry_soon(ROOTS_ACCOUNT)
    if entry is None:
        raise CannotStart(
            f"PostgreSQL does not run as root, and the account {ROOTS_ACCOUNT} to run it as could not be created."
            " Start as an ordinary user, create that account, or set DATABASE_URL."
        )
    return entry


def _entry_soon(name: str) -> pwd.struct_passwd | None:
    """The account, waited for: of two first starts at once only one useradd gets the lock on the list of accounts."""
    deadline = time.monotonic() + 5
    while (entry := _entry(name)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    return entry


def _entry(who: str | int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(who) if isinstance(who, str) else pwd.getpwuid(who)
    except KeyError:
        return None
