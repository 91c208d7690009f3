"""A setting that cannot be used ends a command with one sentence; secrets can be read from files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = (
    *("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "OUTBOUND_ALLOWED_NETWORKS", "LOG_FORMAT", "DATABASE_POOL_SIZE"),
    "INSECURE_OK",
)
ELSEWHERE = "postgresql://nobody@127.0.0.1:9/none"
STRONG_KEY = "kT9w2vQx-Zr7mLpB4nHs_8dYcGfJ1eUaRi5o"


def manage(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=inherited | {"DATA_DIR": str(data_dir)} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"UNDO_SECONDS": "abc"}, '"UNDO_SECONDS" invalid: Not a valid integer'),
        ({"UNDO_SECONDS": "-1"}, '"UNDO_SECONDS" invalid'),
        ({"LEASE_SECONDS": "0"}, '"LEASE_SECONDS" invalid'),
        ({"OUTBOUND_ALLOWED_NETWORKS": "nonsense"}, "OUTBOUND_ALLOWED_NETWORKS: 'nonsense' is not a network"),
        ({"OUTBOUND_ALLOWED_NETWORKS": "10.0.0.1/8"}, "OUTBOUND_ALLOWED_NETWORKS: '10.0.0.1/8' is not a network"),
        ({"LOG_FORMAT": "xml"}, "\"LOG_FORMAT\" invalid: ['Must be one of: text, json.']"),
        ({"DEBUG": "perhaps"}, '"DEBUG" invalid'),
        ({"DATABASE_URL": ELSEWHERE}, "SECRET_KEY is not set. With a DATABASE_URL of your own, set it"),
        ({"DATABASE_URL": ELSEWHERE, "SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY_FILE": "/no/such/file"}, "SECRET_KEY_FILE must be a readable file path"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(tmp_path: Path, given: dict[str, str], said: str) -> None:
    ended = manage("check", data_dir=tmp_path, **given)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert ended.stderr.startswith("Cannot start: ")
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""


def test_settings_that_can_be_used_pass(tmp_path: Path) -> None:
    ended = manage("check", data_dir=tmp_path, DATABASE_URL=ELSEWHERE, SECRET_KEY=STRONG_KEY, HTTPS="1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("kept in a file\n")
    show = "from django.conf import settings; print(repr(settings.SECRET_KEY))"
    ended = manage(
        *("shell", "--no-imports", "-c", show),
        data_dir=tmp_path,
        DATABASE_URL=ELSEWHERE,
        SECRET_KEY_FILE=str(file),
        INSECURE_OK="SECRET_KEY,HTTPS",
    )
    assert ended.stdout == "'kept in a file'\n", ended.stderr
