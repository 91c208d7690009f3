"""What processes without pages load: what they load stays in their memory for as long as they live."""

from __future__ import annotations

import pytest

from tests.moderation.backup.databases import manage

PAGES = {"review.views.board", "review.views.stage"}


@pytest.mark.parametrize(
    ("command", "needs"), [("deliver_due", "moderation.webhooks"), ("maintain", "review.maintenance")]
)
def test_commands_that_run_for_long_load_no_pages(transactional_db: None, command: str, needs: str) -> None:
    ended = manage(command, "--once", PYTHONPROFILEIMPORTTIME="1")
    assert ended.returncode == 0, ended.stderr
    loaded = {line.rsplit("|", 1)[-1].strip() for line in ended.stderr.splitlines()}
    assert needs in loaded
    assert loaded & PAGES == set()
