"""What the page of the thresholds shows: labels, scopes, the scores of one label, and an empty system that teaches."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from moderation.policy_versions import draft
from moderation.replay import jobs
from review.views.thresholds import foot
from tests.factories.label_scores import scored
from tests.factories.labels import seeded
from tests.review.views.thresholds.conftest import KEY
from tests.world import World

PAGE = "/review/thresholds/"
HERE = f"{PAGE}?label={KEY}&app=web&event=live"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    caches["process"].clear()


def shown(browser: Client, path: str, *, target: str = "") -> str:
    headers = {"HX-Request": "true", "HX-Target": target} if target else {}
    answer = browser.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def labels_of(html: str) -> list[str]:
    return re.findall(r'<a class="cut"[^>]* data-label="([^"]+)"', html)


def scopes_of(html: str) -> list[str]:
    return re.findall(r'<b class="cut"><bdi>([^<]+)', html)


def figure(html: str, name: str) -> str:
    """The text of one of the figures, without its marks."""
    found = re.search(rf"<dt>{name}</dt>(.*?)</div>", html, re.DOTALL)
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_an_empty_system_says_what_will_be_here_and_what_to_do(admin: Client) -> None:
    seeded()
    html = shown(admin, PAGE)
    assert "No result has arrived in the last 7 days" in html
    assert "/manage/apps/" in html
    assert {"porn", "ban", "*"} <= set(labels_of(html))
    assert scopes_of(html) == ["default"]


def test_labels_that_were_seen_come_with_their_counts(admin: Client, policy: Any, world: World) -> None:
    seeded()
    scored(world.web, KEY, [100, 900], event="live")
    scored(world.web, "ad/contact", [500], event="live")
    html = shown(admin, HERE)
    assert labels_of(html) == ["ban", "ban/weapon", KEY, "ad", "*"]
    assert 'seen <span class="num">2</span>' in html


def test_branches_are_opened_and_closed_by_their_address(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, "ad/contact", [500])
    assert labels_of(shown(admin, f"{PAGE}?open=ad", target="tree")) == ["ad", "ad/contact", "*"]
    assert labels_of(shown(admin, PAGE, target="tree")) == ["ad", "*"]


@pytest.mark.parametrize("label", ["porn/a/b/c/d", "porn//b", "/", "//", "a/", "porn/*/c/d"])
def test_labels_that_machines_send_with_slashes_in_a_level_are_listed(
    admin: Client, policy: Any, world: World, label: str
) -> None:
    scored(world.web, label, [500])
    for path in (PAGE, f"{PAGE}?label=porn", f"{PAGE}?show=unnamed", f"{PAGE}?label={label}", f"{PAGE}?open={label}"):
        assert 'seen <span class="num">' in shown(admin, path) or 'id="tree"' in shown(admin, path)
    tree = shown(admin, f"{PAGE}?show=unnamed&open=porn&open=porn/a", target="tree")
    assert any(one.startswith(label.split("/")[0]) for one in labels_of(tree))


def test_labels_are_found_by_either_name_and_by_path(admin: Client, policy: Any) -> None:
    seeded()
    for typed in ("nipple", "女性露点", "porn/female_nudity/nvxiongloudian"):
        assert labels_of(shown(admin, f"{PAGE}?q={typed}"))[0] == "porn/female_nudity/nvxiongloudian"
    html = shown(admin, f"{PAGE}?q=own/Thing")
    assert 'data-label="own/thing"' in html
    assert "which no label has yet" in html


def test_the_filter_own_lists_what_the_scope_has(admin: Client, policy: Any) -> None:
    assert labels_of(shown(admin, f"{PAGE}?show=own&app=web&event=live")) == ["ban", "ban/weapon", KEY, "*"]
    assert labels_of(shown(admin, f"{PAGE}?show=own")) == ["ban", "*"]


def test_scopes_stand_from_the_most_specific_to_the_default_with_where_a_number_comes_from(
    admin: Client, policy: Any
) -> None:
    html = shown(admin, f"{PAGE}?label={KEY}&app=web&event=live&lang=zh")
    assert scopes_of(html) == ["web / live · zh", "web / live", "default"]
    told = re.findall(r'scope-from">([^<]+)', html)
    assert told == ["from web / live", "own", "from Regulated &amp; Prohibited Content, here"]
    assert "No thresholds of its own yet" in html


def test_places_that_results_come_from_are_offered(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, KEY, [1], event="live")
    scored(world.web, KEY, [1, 2], event="profile")
    html = shown(admin, f"{PAGE}?label={KEY}")
    assert re.findall(r'<span class="cut"><bdi>([^<]+)', html) == ["web / profile"]


def test_the_effect_is_that_of_the_draft_beside_the_policy_in_force(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, KEY, [700] * 30 + [820] * 60 + [950] * 30, event="live")
    scored(world.web, KEY, [820] * 30, event="live", verdicts=["PASS"] * 10 + ["REJECT"] * 20)
    scored(world.web, KEY, [820] * 500, event="profile")
    now = draft.current()
    body = now.body
    body["sections"][1]["thresholds"][KEY] = {"review": 600, "reject": 900}
    draft.save(body, base=now.base, expected_version=now.version, by=world.dave)
    html = shown(admin, HERE)
    assert figure(html, "REVIEW a day").startswith("0 → 4")  # 120 in 30 days
    assert figure(html, "REJECT a day").startswith("4 → 1")
    assert figure(html, "Rejected, people passed").startswith("–")
    assert "was 800" in html
    assert 'title="800–899: 20 of 30">67 %' in html


def test_few_decisions_say_that_they_are_few(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, KEY, [900] * 3, event="live", verdicts=["PASS", "REJECT", "REJECT"])
    html = shown(admin, HERE)
    assert figure(html, "Rejected, people passed") == "1 of 3 in 800–1000: too few to tell a rate"
    assert ">2/3</li>" in html


def test_the_nearest_cases_are_shown_with_their_scores(admin: Client, policy: Any, world: World) -> None:
    cases = scored(world.web, KEY, [100, 790, 805, 990], event="live")
    html = shown(admin, HERE)
    assert re.findall(r'near-score num">(\d+)', html) == ["790", "805"]
    assert f"/review/cases/{cases[1].pk}/" in html


def test_what_the_machine_left_to_people_is_told_apart(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, KEY, [900] * 60, event="live", final_result=0)
    now = draft.current()
    now.body["sections"][1]["intermediate"] = "person"
    draft.save(now.body, base=now.base, expected_version=now.version, by=world.dave)
    html = shown(admin, HERE)
    assert figure(html, "REVIEW a day").startswith("0 → 2")  # 60 in 30 days
    assert "2 a day are intermediate" in html


def test_a_part_is_sent_to_who_asks_for_one(admin: Client, policy: Any) -> None:
    assert shown(admin, HERE, target="main").lstrip().startswith("<main")
    assert shown(admin, HERE, target="tree").lstrip().startswith("<section")
    assert shown(admin, HERE).lstrip().startswith("<!doctype")


@pytest.mark.parametrize(
    "query",
    [
        *("label=a/b/c/d", f"label={'x' * 5000}", f"open={'a' * 900}"),
        *("show=none", f"q={'%F0%9F%90%B1' * 200}", "app=%E2%80%AE", "label=*", "label=**"),
    ],
)
def test_any_address_shows_the_page(admin: Client, policy: Any, query: str) -> None:
    shown(admin, f"{PAGE}?{query}")


@pytest.mark.parametrize("query", ["level=999999999999", "lang=xx", "type=A_B"])
def test_so_does_one_whose_scope_cannot_be_read_and_says_so(admin: Client, policy: Any, query: str) -> None:
    answer = admin.get(f"{PAGE}?{query}")
    assert (answer.status_code, "a scope that cannot be read" in answer.content.decode()) == (422, True)


def test_it_asks_the_database_a_bounded_number_of_times(
    admin: Client, policy: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    seeded()
    scored(world.web, KEY, [850] * 20, event="live")
    with django_assert_max_num_queries(45):
        shown(admin, HERE)


def test_the_draft_is_replayed_and_its_figures_stand_at_the_foot(admin: Client, policy: Any, world: World) -> None:
    scored(world.web, KEY, [900] * 40, event="live")
    now = draft.current()
    now.body["sections"][1] |= {"afterReject": "final", "thresholds": {KEY: {"review": 0}}}
    draft.save(now.body, base=now.base, expected_version=now.version, by=world.dave)
    assert "Not replayed since the last change" in shown(admin, HERE)
    report = admin.post("/review/replays/start", {"last": "10000"})["Location"]
    assert "Replaying: 0 %" in shown(admin, HERE)
    admin.post(f"{report}cancel")
    assert "Not replayed since the last change" in shown(admin, HERE)
    admin.post("/review/replays/start", {"last": "10000"})
    while jobs.work():
        pass
    told = " ".join(re.sub(r"<[^>]+>", "", shown(admin, "/review/thresholds/replayed")).split())
    assert told.startswith("Together, a day: REVIEW 0 · REJECT 0")  # a person confirmed each of them before
    assert "Replayed on 40 results" in told


def test_the_foot_lists_the_first_changes_and_leads_to_all(
    admin: Client, policy: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded()
    thresholds = {key: {"review": 100 + nth} for nth, key in enumerate(("ban", "porn", "ad"))}
    body = policy | {"sections": [policy["sections"][0] | {"thresholds": thresholds}, *policy["sections"][1:]]}
    draft.save(body, base=draft.current().base, expected_version=0, by=world.dave)
    assert "more change" not in shown(admin, PAGE)
    monkeypatch.setattr(foot, "MOST_LINES", 2)
    html = shown(admin, PAGE)
    assert "Draft: 3 changes to policy" in html
    assert html.count('name="change"') == 2
    assert '<a href="/review/draft/">and one more change</a>' in html
    monkeypatch.setattr(foot, "MOST_LINES", 1)
    assert "and 2 more changes" in shown(admin, PAGE)
