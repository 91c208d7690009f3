"""The pages whose statements are counted (`test_statements.py`) and whose time is measured among a
million cases (`benchmarks/test_reports.py`), in the ways in which an administrator asks for them. Names in braces are
keys of rows.
"""

from __future__ import annotations

MOST_STATEMENTS = 20
STALE_SOON = (  # what processes remember for seconds, as against hours
    *("board", "lines", "whereabouts", "deciders"),
    *("labels-seen",),
)
BOARD_AND_REPORTS = (
    *("/", "/review/reports/?days=1", "/review/reports/?days=7", "/review/reports/?days=30"),
    *("/review/reports/?days=30&label=porn&app=web&queue=nudity", "/review/reports/csv?days=30"),
    "/manage/audit/",
)
CASES_LIST = (
    *("", "?state=free", "?state=overdue", "?state=final&queue=nudity", "?state=policy_rejected", "?state=answer_dead"),
    *("?state=unaccounted", "?label=porn", "?label=politics&state=free", "?verdict=REJECT&appId=app"),
    *("?decidedBy=person-3@example.test&verdict=PASS", "?decidedFrom=2020-01-01&queue=nudity&label=porn"),
    *("?q=12345", "?tokenId=subject-7", "?dataId=data-77", "?since=2020-01-01&until=2020-01-02"),
)
MANAGE = (
    *("deliveries/", "deliveries/?state=dead", "deliveries/?state=pending", "deliveries/?app={web}"),
    *("deliveries/?endpoint={endpoint}&state=delivered", "deliveries/?request=12345", "deliveries/?since=2020-01-01"),
    *("deliveries/?open={delivery}", "endpoints/", "endpoints/{endpoint}/", "people/", "people/?person={carol}"),
    *("health/", "queues/", "apps/", "quarantine/"),
)
POLICY = (
    *("thresholds/", "thresholds/?label=porn", "thresholds/?label=ad/kind3/label3&app=web", "thresholds/?label=*"),
    *("draft/", "rules/", "replays/", "replays/{replay}/", "replays/{replay}/cases/", "replays/{replay}/progress"),
    *("labels/", "labels/?unnamed=on", "labels/?q=label77", "disposal/{web}/", "word-lists/"),
)
OF_PEOPLE = ("my-work/", "escalated/", "personal/", "cases/{decided}/", "cases/{waiting}/", "cases/{by_policy}/")
OF_LEADS = tuple(f"/review/cases/{one}" for one in CASES_LIST)
"""Asked by a lead, too, who sees the cases of their queues."""
PAGES = (
    *BOARD_AND_REPORTS,
    *OF_LEADS,
    *(f"/review/{one}" for one in OF_PEOPLE),
    *(f"/manage/{one}" for one in MANAGE),
    *(f"/review/{one}" for one in POLICY),
)
