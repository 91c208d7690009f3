"""What the middleware makes of what views cannot answer."""

from __future__ import annotations

import pytest

from tests.stage import signed_in
from tests.world import World

SEARCHES = [
    *("/manage/people/?q=a%00b", "/manage/people/?show=%00", "/manage/people/?person=%00", "/manage/labels/?q=%00"),
    *("/manage/audit/?thing=%00", "/manage/audit/?by=%00", "/manage/audit/?q=%00", "/manage/audit/?kind=%00"),
    *("/manage/webhooks/deliveries/?q=%00", "/manage/webhooks/deliveries/?app=%00", "/manage/quarantine/?state=%00"),
    *("/manage/apps/?app=%00", "/manage/keys/new?app=%00", "/manage/lists/?q=%00", "/review/cases/?requestId=%00"),
    *("/review/cases/?q=%00", "/review/cases/?cursor=%00", "/review/cases/?add=%00", "/review/find/?q=%00"),
    *("/review/reports/?app=%00", "/review/?queue=%00", "/review/?tasks=%00", "/accounts/login/?next=/%00"),
    *("/manage/invitations/%00/", "/accounts/invitation/%00/", "/accounts/link/%00/", "/manage/queues/%00/"),
]


@pytest.mark.parametrize("address", SEARCHES)
def test_no_page_breaks_at_nul(world: World, address: str) -> None:
    assert signed_in(world.dave).get(address).status_code < 500
