"""Every address × method × person × own, another's and nobody's object: a table, and a walk over the URL configuration.

A route without a row fails. A row says who may; the rest follows from it: a visitor is led to sign in or finds nothing,
other people are refused with 403 or 404 and nothing changes, what does not exist is 404 for everybody, and a method
that is not in the row is refused. The stage's calls and the API of backends have tables of their own, with bodies that
would change something; here they have to be named, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.flow.objects_of_pages import Kind
from tests.flow.visits import Visit
from tests.review.api.test_access import VERBS
from tests.stage import signed_in
from tests.world import World

Who = frozenset[str]
ADMINISTRATORS: Who = frozenset({"dave"})
AUDIT: Who = frozenset({"dave", "erin"})
LEADS: Who = frozenset({"carol", "dave"})
MEMBERS: Who = frozenset({"alice", "carol"})
CASES: Who = frozenset({"alice", "carol", "dave", "erin"})
EVERYBODY: Who = CASES | {"mallory"}
PEOPLE = sorted(EVERYBODY)
VISITOR = "a visitor"
REFUSED = (403, 404)


@dataclass(frozen=True)
class Row:
    """Who may `get` and `post`; `of` is the kind of object in the address; `anybodys` may with one of another queue.
    `query` ends the address, `sent` is what the form says.
    """

    get: Who = frozenset()
    post: Who = frozenset()
    of: str = ""
    anybodys: Who = AUDIT
    query: str = ""
    sent: Callable[[World], dict[str, Any]] = lambda world: {}


def pages(who: Who, *names: str, of: str = "", anybodys: Who = AUDIT) -> dict[str, Row]:
    return {f"review:{name}": Row(get=who, of=of, anybodys=anybodys) for name in names}


def acts(who: Who, *names: str, of: str = "", anybodys: Who = ADMINISTRATORS) -> dict[str, Row]:
    return {f"review:{name}": Row(post=who, of=of, anybodys=anybodys) for name in names}


def forms(who: Who, *names: str, of: str = "", anybodys: Who = ADMINISTRATORS) -> dict[str, Row]:
    return {f"review:{name}": Row(get=who, post=who, of=of, anybodys=anybodys) for name in names}


_A_FLAG = {"act": "flag", "flag": "otherwise", "value": "PASS", "version": "0", "base": "0"}

TABLE: dict[str, Row] = {
    **pages(EVERYBODY, "board", "stage", "practice", "personal", "my_work", "cases", "find"),
    **pages(LEADS | AUDIT, "escalated"),
    "review:grid": Row(get=MEMBERS, query="?queue=nudity"),
    # Cases, of the queues that a person works in.
    **pages(CASES, "case", of="case"),
    **pages(CASES, "picture", of="picture"),
    **pages(CASES, "frame", "frame_preview", of="frame"),
    **acts(LEADS, "reopen", of="case"),
    **acts(LEADS, "assign_case", "bring_back", of="waiting case"),
    **acts(ADMINISTRATORS, "place_hold", "lift_hold", of="case"),
    **acts(MEMBERS, "lease_one", of="waiting case", anybodys=frozenset()),
    **acts(MEMBERS | ADMINISTRATORS, "ask_for_picture", "add_known_picture", of="case"),
    **acts(LEADS, "assign_chosen", "move_chosen"),
    "review:start_run": Row(post=EVERYBODY - {"erin"}, sent=lambda world: {"task": _a_task(world), "source": "cases"}),
    **pages(frozenset({"alice"}), "run", of="alice's run"),
    **acts(CASES, "save_view"),
    **acts(frozenset({"alice"}), "delete_view", of="alice's view"),
    # Queues.
    **pages(MEMBERS, "stage_of", of="queue", anybodys=frozenset()),
    **pages(CASES, "guideline", of="queue"),
    **forms(LEADS, "guideline_edit", of="queue"),
    **acts(EVERYBODY, "practice_begin"),
    **pages(EVERYBODY, "practice_stage", "practice_guideline"),
    **acts(LEADS, "practice_waive", of="newcomer"),
    **pages(LEADS, "queue_report", "report_csv"),
    # Policy.
    **forms(LEADS, "try_picture"),
    **pages(frozenset({"carol"}), "tried_picture", "way_of_tried_picture", of="carol's tried picture"),
    **pages(frozenset({"carol"}), "picture_of_tried", "blurred_of_tried", of="carol's tried picture"),
    **acts(frozenset({"carol"}), "run_tried_picture", of="carol's tried picture"),
    **pages(
        ADMINISTRATORS,
        "thresholds",
        "thresholds_shadow",
        "thresholds_replayed",
        "rules",
        "rules_versions",
        "labels",
        "word_lists",
        "export_word_lists",
    ),
    "review:thresholds_change": Row(post=ADMINISTRATORS, sent=lambda world: _A_FLAG),
    "review:thresholds_publish": Row(post=ADMINISTRATORS, sent=lambda world: {"version": "0", "base": "0"}),
    **pages(ADMINISTRATORS, "rules_version", "rules_try", of="policy"),
    **forms(ADMINISTRATORS, "rules_edit", of="policy"),
    **acts(ADMINISTRATORS, "rules_roll_back", "draft_take_over", of="policy"),
    **pages(ADMINISTRATORS, "draft", "draft_try", "draft_shadow_figures"),
    **acts(ADMINISTRATORS, "draft_undo", "draft_rebase", "draft_discard", "draft_publish", "draft_shadow"),
    **pages(ADMINISTRATORS, "replays"),
    **pages(ADMINISTRATORS, "replay", "replay_asks", "replay_progress", "replay_cases", "replay_csv", of="replay"),
    **acts(ADMINISTRATORS, "replay_start"),
    **acts(ADMINISTRATORS, "replay_again", "replay_cancel", of="replay"),
    **forms(ADMINISTRATORS, "label", of="label"),
    **forms(ADMINISTRATORS, "import_labels"),
    **acts(ADMINISTRATORS, "apply_label_import"),
    **pages(AUDIT, "export_labels"),
    **pages(ADMINISTRATORS, "disposals", "profiles"),
    **acts(ADMINISTRATORS, "apply_profile"),
    **pages(ADMINISTRATORS, "disposal", "export_own_labels", of="app"),
    **acts(ADMINISTRATORS, "add_own_label", "import_own_labels", of="app"),
    **forms(ADMINISTRATORS, "own_label", of="own label"),
    **acts(ADMINISTRATORS, "remove_own_label", of="own label"),
    **pages(ADMINISTRATORS, "known_pictures"),
    **acts(ADMINISTRATORS, "remove_known_picture", of="known picture"),
    **acts(ADMINISTRATORS, "create_word_list", "import_word_lists", "try_word_lists"),
    **pages(ADMINISTRATORS, "word_list", "export_word_list", of="word list"),
    **acts(ADMINISTRATORS, "rename_word_list", "switch_word_list", "delete_word_list", of="word list"),
    **acts(ADMINISTRATORS, "add_listed_words", "remove_listed_words", of="word list"),
    **acts(ADMINISTRATORS, "import_word_list", "try_word_list", of="word list"),
    # Manage.
    **pages(AUDIT, "manage", "manage_audit"),
    **acts(AUDIT, "manage_audit_verify", "manage_audit_export"),
    **pages(ADMINISTRATORS, "manage_people", "manage_apps", "manage_endpoints", "manage_deliveries"),
    **pages(ADMINISTRATORS, "manage_health", "quarantine", "manage_engines"),
    **forms(ADMINISTRATORS, "manage_queues", "manage_teams", "manage_app_new", "manage_key_new", "manage_address_new"),
    **forms(ADMINISTRATORS, "manage_endpoint_new", "redeliver_matching"),
    **forms(ADMINISTRATORS, "manage_queue", "manage_queue_close", of="queue"),
    **acts(ADMINISTRATORS, "manage_queue_changes", "manage_queue_pause", "manage_queue_resume", of="queue"),
    **acts(ADMINISTRATORS, "manage_queue_reopen", of="queue"),
    **pages(ADMINISTRATORS, "manage_queue_jobs", of="queue"),
    **forms(ADMINISTRATORS, "manage_team", of="team"),
    **acts(ADMINISTRATORS, "manage_team_delete", of="team"),
    **forms(ADMINISTRATORS, "manage_person", of="person"),
    **acts(ADMINISTRATORS, "manage_person_sign_out", "manage_person_second_factor", of="person"),
    **acts(ADMINISTRATORS, "manage_person_password", of="person"),
    **acts(ADMINISTRATORS, "manage_second_factor", "manage_invite", "manage_setup_seen"),
    "review:manage_people_queue": Row(post=ADMINISTRATORS, sent=lambda world: {"queue": world.nudity.pk}),
    **acts(ADMINISTRATORS, "manage_invitation_renew", "manage_invitation_revoke", of="invitation"),
    **forms(ADMINISTRATORS, "manage_app", "manage_app_engines", "manage_engine_trial", of="app"),
    **forms(ADMINISTRATORS, "manage_key", of="key"),
    **acts(ADMINISTRATORS, "manage_key_rotate", "manage_key_revoke", of="key"),
    **forms(ADMINISTRATORS, "manage_address", of="callback address"),
    **acts(ADMINISTRATORS, "manage_address_rotate", "manage_address_revoke", of="callback address"),
    **pages(ADMINISTRATORS, "manage_endpoint", of="endpoint"),
    **forms(ADMINISTRATORS, "manage_endpoint_edit", "manage_endpoint_delete", of="endpoint"),
    **acts(ADMINISTRATORS, "manage_endpoint_pause", "manage_endpoint_resume", "manage_endpoint_rotate", of="endpoint"),
    **acts(ADMINISTRATORS, "manage_endpoint_end_old_secret", "manage_endpoint_send_test", of="endpoint"),
    **pages(ADMINISTRATORS, "manage_endpoint_test", of="endpoint's test"),
    **acts(ADMINISTRATORS, "manage_delivery_redeliver", of="delivery"),
    **pages(ADMINISTRATORS, "redelivery", of="redelivery"),
    **acts(ADMINISTRATORS, "redelivery_cancel", "redelivery_resume", of="redelivery"),
    **pages(ADMINISTRATORS, "quarantined", of="quarantined"),
    **acts(ADMINISTRATORS, "quarantined_replay", "quarantined_replay_edited", "quarantined_dismiss", of="quarantined"),
    **acts(ADMINISTRATORS, "quarantine_replay_all"),
    **pages(ADMINISTRATORS, "manage_retention"),
    **forms(ADMINISTRATORS, "manage_retention_new", "manage_retention_default", "manage_erasures"),
    **forms(ADMINISTRATORS, "manage_retention_rule", of="retention rule"),
    **acts(ADMINISTRATORS, "manage_erasure_start"),
    **pages(ADMINISTRATORS, "manage_erasure", "manage_erasure_certificate", of="erasure"),
}
OF_THE_STAGE = {
    *(f"review:{verb.replace('/', '_').replace('-', '_')}" for verb in VERBS),
    *("review:label_search", "review:picture_again", "review:bring_back_task", "review:preferences"),
    *("review:default_filter", "review:counts", "review:waits"),
    *(
        f"review:practice_{verb}"
        for verb in ("lease", "renew", "release", "decide", "undo", "escalate", "skip", "snooze")
    ),
}
OF_ONESELF = (
    "account_",
    "mfa_",
    "openid_connect_",
    "sessions",
    "end_",
    "zone",
    "sign_in_link",
    "invitation",
    "set_language",
)
OF_BACKENDS = ("api:", "gateway:", "schema", "docs", "callback", "healthz", "readyz", "metrics")


def routes() -> Iterator[str]:
    """Every address of the product by its name, with Django's admin off."""

    def walk(patterns: Any, spaces: tuple[str, ...]) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, (*spaces, *filter(None, [one.namespace])))
            elif isinstance(one, URLPattern):
                yield ":".join([*spaces, one.name or str(one.pattern)])

    return walk(get_resolver().url_patterns, ())


def test_every_address_has_a_row() -> None:
    found = {name for name in routes() if not name.startswith((*OF_ONESELF, *OF_BACKENDS, "admin:"))}
    assert found - set(TABLE) - OF_THE_STAGE == set(), "say in TABLE who may open these"
    assert set(TABLE) - found == set(), "these are gone"
    assert OF_THE_STAGE - found == set(), "these are gone"


@pytest.fixture(scope="module")
def sessions(module_world: World, module_kinds: dict[str, Kind]) -> dict[str, SimpleCookie]:
    """The cookies of each person who has signed in."""
    return {person: signed_in(getattr(module_world, person)).cookies for person in PEOPLE} | {VISITOR: SimpleCookie()}


@pytest.fixture
def visit(db: None, sessions: dict[str, SimpleCookie], place: dict[str, Any], settings: Any) -> Visit:
    settings.UNDO_SECONDS = 0
    settings.STORAGES = {**settings.STORAGES, "pictures": place}
    return Visit(signed_in(None), sessions)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_person_may_what_the_table_says(
    module_world: World, module_kinds: dict[str, Kind], visit: Visit, name: str, method: str
) -> None:
    row = TABLE[name]
    kind, allowed = module_kinds[row.of], row.get if method == "get" else row.post
    cases = {"own": (kind.own, allowed), "nobody's": (kind.nobody, frozenset()) if kind.nobody else None}
    cases["other's"] = (kind.other, allowed & row.anybodys) if kind.other else None
    sent = row.sent(module_world) if method == "post" else None
    wrong = []
    for which, case in cases.items():
        if case is None:
            continue
        path = reverse(name, kwargs=case[0]) + row.query
        for person in (*PEOPLE, VISITOR):
            told = _wrong(person, *visit(person, path, sent), may=person in case[1], offered=bool(allowed))
            wrong += [f"{person}, {which}: {told}"] if told else []
    assert wrong == []


def _wrong(person: str, answer: Any, changed: bool, *, may: bool, offered: bool) -> str:
    """What is not as it should be, "" when all is."""
    status = answer.status_code
    if may:
        return "" if status < 500 and status not in (401, 403, 404, 405) else f"{status}, but may"
    if changed:
        return f"{status}, and changed something"
    led_to_sign_in = person == VISITOR and status == 302 and answer["Location"].startswith("/accounts/login/")
    expected = led_to_sign_in or status in REFUSED or (not offered and status == 405)
    return "" if expected else f"{status}, but may not"


def _a_task(world: World) -> int:
    return world.nudity.tasks.latest("pk").pk
