"""Who the servers run as: ourselves, the owner of the folder, or root's stand-in."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.runtime.embedded import running
from moderation.runtime.embedded.account import account_for, let_in, open_programs
from moderation.runtime.embedded.places import places_of

from .looks import note, notes, postgres_pid, redis_pid

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root switches accounts")
NOBODY = 65534


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@as_root
def test_roots_servers_do_not_run_as_root(folder: Path) -> None:
    with running(folder):
        assert owner(postgres_pid(folder)) == owner(redis_pid(folder)) == pwd.getpwnam("pgserver").pw_uid


@as_root
def test_in_somebody_elses_folder_root_leaves_the_files_his(folder: Path) -> None:
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    with running(folder) as where:
        note(where.database_url, "his")
        assert owner(postgres_pid(folder)) == owner(redis_pid(folder)) == NOBODY
    assert places_of(folder).postgres_data.stat().st_uid == places_of(folder).redis_data.stat().st_uid == NOBODY


@as_root
def test_a_closed_parent_is_opened_for_passing_only(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    said: list[str] = []
    with running(folder / "data", say=said.append) as where:
        note(where.database_url, "reached")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o701
    assert any(f"{folder}: added permission to pass" in words for words in said)


@as_root
def test_programs_unpacked_under_a_strict_umask_are_opened(folder: Path) -> None:
    program = folder / "bin" / "program"
    program.parent.mkdir(parents=True)
    shutil.copy("/bin/true", program)
    for path in (program, program.parent):
        path.chmod(0o700)
    account = account_for(folder, folder / "absent")
    with pytest.raises(PermissionError):
        subprocess.run([program], check=False, **account.run_as)
    open_programs(account, folder / "bin")
    let_in(account, program)
    assert subprocess.run([program], check=False, **account.run_as).returncode == 0


@as_root
def test_an_ordinary_user_runs_everything_as_himself(folder: Path) -> None:
    folder.parent.chmod(0o777)
    done = as_nobody(f"with running(Path({str(folder)!r})) as where: print(where.database_url)")
    assert done.stdout.startswith("postgresql://"), done.stderr
    assert places_of(folder).postgres_data.stat().st_uid == NOBODY
    with running(folder) as where:
        note(where.database_url, "root came later")
        assert notes(where.database_url) == ["root came later"]
    again = as_nobody(f"with running(Path({str(folder)!r})) as where: print('again')")
    assert again.stdout == "again\n", again.stderr


@as_root
def test_an_ordinary_user_in_anothers_folder_is_told_what_to_do(folder: Path) -> None:
    folder.parent.chmod(0o755)
    with running(folder, postgres=False):
        pass
    done = as_nobody(f"with running(Path({str(folder)!r})): pass")
    assert "Permission denied. The databases cannot be kept in" in done.stderr
    assert "start as the user it belongs to" in done.stderr


def as_nobody(body: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    program = f"from pathlib import Path\nfrom moderation.runtime.embedded import running\n{body}\n"
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reachable = sys.executable if _others_may_run(sys.executable) else shutil.which("python3", path="/usr/bin")
    if reachable is None:
        pytest.skip("no Python that an ordinary user can reach")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([*drop, reachable, "-c", program], capture_output=True, text=True, env=environment)


def _others_may_run(program: str) -> bool:
    return all(up.stat().st_mode & stat.S_IXOTH for up in Path(program).resolve().parents)


def test_ones_own_folder_needs_no_other_account(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root always switches")
    assert not account_for(tmp_path, tmp_path / "absent").switched
