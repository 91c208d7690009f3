"""The routing rules' verbs and pages: who may, what is refused and where, what is saved, tried and put in force."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.permissions import NotAllowed
from moderation.models import PolicyVersion
from moderation.policy import read
from moderation.policy_versions import draft, store
from review.policy_editor import versions
from review.presentation.rules import sentences, weights
from tests.factories.labels import seeded
from tests.factories.policies import never_in_force
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.world import World

PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")
MINORS: dict[str, Any] = {"name": "minors first", "when": {"label": ["minor"]}, "queue": "nudity", "boost": 30}
MINORS_SAID = (
    'If the label is under <b title="minor"><bdi>Minor Detection</bdi></b>: to <b><bdi>Nudity</bdi></b>, '
    "moved up 30 min."
)
BODY: dict[str, Any] = {"rules": [MINORS, {"name": "patience", "when": {"app": ["web"]}, "boost": -5}]}
PAGES = {
    "get /review/rules/": 200,
    "get /review/rules/versions/": 200,
    "get /review/rules/1/": 200,
    "get /review/rules/1/try/": 200,
    "get /review/rules/1/edit/": 200,
    "get /review/rules/0/edit/": 200,
    "post /review/rules/1/edit/": 422,  # nothing of the form arrived
    "post /review/rules/1/roll-back": 302,
    "post /review/rules/1/take-over": 302,
}


@pytest.fixture
def older(world: World) -> PolicyVersion:
    """Version 1, which was never in force."""
    return never_in_force(BODY)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("where", PAGES)
def test_the_pages_are_for_administrators(world: World, older: PolicyVersion, where: str, name: str) -> None:
    method, url = where.split()
    client = signed_in(getattr(world, name, None))
    answer = getattr(client, method)(url)
    expected = {"dave": PAGES[where], "nobody": 302}.get(name, 403)
    assert answer.status_code == expected
    if name == "nobody":
        assert answer["Location"].startswith("/accounts/login/")
    if name != "dave":
        assert (PolicyVersion.objects.count(), PolicyVersion.objects.filter(active=True).count()) == (1, 0)
        assert draft.current().is_empty


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_so_is_trying_a_policy(world: World, older: PolicyVersion, name: str) -> None:
    with pytest.raises(NotAllowed):
        versions.try_out(store.saying(older), by=getattr(world, name))


def test_all_versions_are_on_pages_of_their_own(admin: Client, world: World) -> None:
    PolicyVersion.objects.bulk_create([PolicyVersion(number=number, body={"rules": []}) for number in range(1, 54)])
    rules, newest, oldest = (
        admin.get(f"/review/rules/{path}").content.decode() for path in ("", "versions/", "versions/?page=2")
    )
    assert "All 53 versions" in rules
    assert rules.count(">Policy ") < newest.count(">Policy ") == 50
    assert (">Policy 53<" in newest, ">Policy 3<" in newest, ">Policy 3<" in oldest) == (True, False, True)


@pytest.mark.parametrize("url", ["/review/rules/2/", "/review/rules/2/edit/", f"/review/rules/{10**30}/try/"])
def test_a_version_that_is_not_there_is_a_404(admin: Client, older: PolicyVersion, url: str) -> None:
    assert admin.get(url).status_code == 404


@pytest.mark.parametrize("where", [where for where in PAGES if where.startswith("get")])
def test_to_look_changes_nothing_and_nothing_is_written_inline(admin: Client, older: PolicyVersion, where: str) -> None:
    before = list(PolicyVersion.objects.values())
    assert inline_code(admin.get(where.split()[1]).content.decode()) == []
    assert list(PolicyVersion.objects.values()) == before


def test_the_page_tells_what_is_in_force_in_sentences(admin: Client, older: PolicyVersion, world: World) -> None:
    assert "The built-in policy is in force" in admin.get("/review/rules/").content.decode()
    store.activate(older, by=world.dave)
    page = admin.get("/review/rules/").content.decode()
    assert MINORS_SAID in page
    assert "Dave" in page


# --- editing ----------------------------------------------------------------------------------------------------


def test_what_the_form_shows_is_what_it_saves(admin: Client, world: World) -> None:
    seeded()  # an earlier test may have emptied the catalogue
    everything: dict[str, Any] = {
        "label": ["porn/sexual_acts", "*/female_nudity"],
        "probability": {"atLeast": 0.25, "atMost": 0.875},
        "riskLevel": ["PASS", "REJECT"],
        "finalResult": [0, 1],
        "app": ["web"],
        "event": ["profile", "chat"],
        "type": ["EROTIC"],
        "lang": ["zh"],
        "level": {"atLeast": 2},
        "subjectRisk": ["machine_account_risk"],
        "decided": {"atMost": 0},
        "rejected": {"atLeast": 1},
        "faces": {"atLeast": 3},
        "persons": {"atLeast": 0, "atMost": 4},
        "objects": {"atMost": 1},
        "qrCodes": {"atLeast": 1},
        "textLength": {"atMost": 2147483647},
        "words": ["house rules"],
    }
    kept = {"name": "kept", "when": {"resultType": [1], "finalResult": [1]}, "record": True}
    first = {"name": "all", "when": everything, "queue": "nudity", "boost": -2.5}
    body = {"rules": [first, kept, {"queue": "default"}, {"boost": 0}]}
    never_in_force(body | {"boosts": {"severity": {"critical": 41}, "reach": 0.5}})
    typed = {"boosts-confidence": "11", "boosts-rejected_before": ""}
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", typed)
    assert answer["Location"] == "/review/rules/"
    saved = draft.current().policy
    assert saved.rules == read(0, body).rules
    assert saved.boosts.severity == {"critical": 41, "high": 0, "moderate": 0, "low": 0}
    assert (saved.boosts.reach, saved.boosts.confidence, saved.boosts.rejected_before) == (0.5, 11, 0)


@pytest.mark.parametrize(("when", "shown"), [({"finalResult": [1, 0]}, ["01"]), ({"resultType": [0]}, None)])
def test_what_only_a_body_can_say_is_shown_as_the_choice_that_means_it(
    admin: Client, world: World, when: dict[str, Any], shown: list[str] | None
) -> None:
    never_in_force({"rules": [{"when": when, "queue": "nudity"}]})
    (key,) = when
    form = fields(admin.get("/review/rules/1/edit/").content.decode(), "rules-form")
    assert (form.get(f"rule-0-{key}"), form.get("open")) == (shown, None), "it reads, so it is folded"


def test_a_list_is_typed_with_what_people_put_between(admin: Client, older: PolicyVersion) -> None:
    submit(admin, "/review/rules/1/edit/", "rules-form", {"rule-0-label": "porn, ad，qr、sexy;ban\nminor"})
    saved = draft.current().policy
    assert saved.rules[0].texts("label") == ("porn", "ad", "qr", "sexy", "ban", "minor")


def test_saving_without_a_change_saves_nothing(admin: Client, older: PolicyVersion, world: World) -> None:
    store.activate(older, by=world.dave)
    submit(admin, "/review/rules/1/edit/", "rules-form")
    assert (draft.current().is_empty, draft.current().version) == (True, 0)


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("down-0", ["patience", "minors first"]),
        ("up-1", ["patience", "minors first"]),
        ("up-0", ["minors first", "patience"]),
        ("down-1", ["minors first", "patience"]),
        ("remove-0", ["patience"]),
        ("add", ["minors first", "patience", ""]),
        ("remove-7", ["minors first", "patience"]),
        ("teleport-0", ["minors first", "patience"]),
    ],
)
def test_rules_are_moved_added_and_removed_without_saving(
    admin: Client, older: PolicyVersion, act: str, names: list[str]
) -> None:
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", {"act": act})
    form = fields(answer.content.decode(), "rules-form")
    assert form["rules"] == [str(len(names))]
    assert [form[f"rule-{index}-name"] for index in range(len(names))] == [[name] for name in names]
    boosts = {"minors first": "30", "patience": "-5", "": ""}
    assert [form[f"rule-{index}-boost"] for index in range(len(names))] == [[boosts[name]] for name in names]
    assert form.get("open", []) == (["2"] if act == "add" else [])
    assert draft.current().is_empty


def test_a_rule_is_opened_and_folded_again(admin: Client, older: PolicyVersion) -> None:
    sentence = MINORS_SAID
    opened = submit(admin, "/review/rules/1/edit/", "rules-form", {"act": "open-0"}).content.decode()
    assert sentence not in opened
    form = fields(opened, "rules-form")
    assert (form["open"], form["rule-0-faces_least"]) == (["0"], [""])
    folded = admin.post("/review/rules/1/edit/", form | {"act": "close-0"}).content.decode()
    assert sentence in folded
    unreadable = admin.post("/review/rules/1/edit/", form | {"act": "close-0", "rule-0-faces_least": "many"})
    assert fields(unreadable.content.decode(), "rules-form")["rule-0-faces_least"] == ["many"]


def test_what_was_typed_survives_a_move_and_the_new_order_is_saved(admin: Client, older: PolicyVersion) -> None:
    typed = {"act": "down-0", "rule-0-label": "porn, minor", "rule-0-faces_least": "many"}
    moved = fields(submit(admin, "/review/rules/1/edit/", "rules-form", typed).content.decode(), "rules-form")
    assert (moved["rule-1-label"], moved["rule-1-faces_least"]) == (["porn, minor"], ["many"])
    admin.post("/review/rules/1/edit/", moved | {"rule-1-faces_least": "2"})
    saved = draft.current().policy
    assert [rule.name for rule in saved.rules] == ["patience", "minors first"]
    assert saved.rules[1].texts("label") == ("porn", "minor")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("rule-0-label", "porn, fem*", "stands for a whole level"),
        ("rule-0-probability_least", "1500", "from 0 to 1000"),
        ("rule-0-probability_most", "high", "from 0 to 1000"),
        ("rule-0-faces_least", "9" * 5000, "whole number"),
        ("rule-0-boost", "soon", "-10080 to 10080"),
        ("rule-0-boost", "nan", "-10080 to 10080"),
        ("rule-0-name", "Patience", "Another rule has this name too"),
        ("rule-0-resultType", "1", "never sent to a queue"),
        ("rule-0-queue", "gone", "There is no queue “gone”."),
        ("rule-0-riskLevel", "BAD", "not one of the available choices"),
        ("boosts-low", "x", "-10080 to 10080"),
    ],
)
def test_a_mistake_is_said_beside_the_field(
    admin: Client, older: PolicyVersion, field: str, typed: str, says: str
) -> None:
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", {field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    wrong = answer.context["form"].boosts if field.startswith("boosts") else answer.context["form"].rules[0]
    name = field.partition("-")[2].removeprefix("0-")
    assert says in str(wrong.errors[name])
    assert f'id="id_{field}_error"' in page
    assert fields(page, "rules-form").get(field, [typed]) == [typed]
    assert draft.current().is_empty


def test_a_rule_that_only_keeps_has_no_boost(admin: Client, older: PolicyVersion) -> None:
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", {"rule-0-queue": ":record"})
    assert "leave out its queue and its boost" in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"rules": "-1"}, {"rules": "x"}, {"rules": "9" * 50}, {"rules": "²"}])
def test_a_form_that_no_page_of_ours_made_is_no_500(admin: Client, older: PolicyVersion, sent: dict[str, str]) -> None:
    assert admin.post("/review/rules/1/edit/", sent).status_code == 422


@pytest.mark.parametrize(
    "sent", [{}, {"act": "save"}, {"rules": ""}, {"rules": "2"}, {"rules": "x", "end": "yes"}, {"end": "yes"}]
)
def test_what_arrived_in_part_is_no_draft_without_the_other_rules(
    admin: Client, older: PolicyVersion, sent: dict[str, str]
) -> None:
    answer = admin.post("/review/rules/1/edit/", sent)
    page = answer.content.decode()
    assert (answer.status_code, draft.current().is_empty) == (422, True)
    assert "The form did not arrive whole" in page
    assert fields(page, "rules-form")["rule-0-name"] == ["minors first"], "the rules as they were"


@pytest.mark.parametrize("lost", ["end", "rules"])
def test_a_form_that_was_cut_off_removes_no_rule(admin: Client, older: PolicyVersion, lost: str) -> None:
    url = "/review/rules/1/edit/"
    sent = fields(admin.get(url).content.decode(), "rules-form")
    answer = admin.post(url, {name: values for name, values in sent.items() if name != lost})
    assert (answer.status_code, draft.current().is_empty) == (422, True)
    assert "The form did not arrive whole" in answer.content.decode()


def test_all_rules_may_be_removed_on_purpose(admin: Client, older: PolicyVersion) -> None:
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", {"rules": "0"})
    assert (answer.status_code, draft.current().policy.rules) == (302, ())


def test_two_hundred_rules_fit_into_the_form(admin: Client, world: World) -> None:
    many = {"rules": [{"name": f"rule {n}", "when": {"event": [f"event{n}"]}, "queue": "nudity"} for n in range(200)]}
    never_in_force(many)
    answer = submit(admin, "/review/rules/1/edit/", "rules-form", {"rule-199-boost": "5"})
    assert (answer["Location"], len(draft.current().policy.rules)) == ("/review/rules/", 200)


def test_htmx_is_sent_the_form_alone(admin: Client, older: PolicyVersion) -> None:
    form = {"rules": "0", "act": "add"}
    page = admin.post("/review/rules/1/edit/", form, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith("<form")
    assert 'name="rule-0-name"' in page


# --- trying -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"queue": "q"}, "All results that need a person: to <b><bdi>Queue</bdi></b>."),
        ({"boost": 0}, "All results that need a person: to <b><bdi>the default queue</bdi></b>."),
        (
            {"when": {"label": ["minor", "porn/acts"], "probability": {"atLeast": 0.8}}, "boost": -5},
            'If the label is under <b title="minor"><bdi>Minor Detection</bdi></b> or '
            '<b title="porn/acts"><bdi>Sexually Explicit Content › Acts</bdi></b>, and the score is at least '
            "<b>800</b>: to <b><bdi>the default queue</bdi></b>, moved down 5 min.",
        ),
        (
            {"when": {"finalResult": [1], "faces": {"atLeast": 2, "atMost": 2}}, "record": True},
            "If the machine&#x27;s result is final, and there are exactly <b>2</b> faces: keep it without review.",
        ),
        (
            {
                "when": {"app": ["<script>"], "persons": {"atMost": 0}, "objects": {"atLeast": 1, "atMost": 2}},
                "queue": "q",
            },
            "If the app is <b><bdi>&lt;script&gt;</bdi></b>, and there are at most <b>0</b> persons, and there are "
            "<b>1</b> to <b>2</b> objects: to <b><bdi>Queue</bdi></b>.",
        ),
    ],
)
def test_a_rule_is_a_sentence(rule: dict[str, Any], said: str) -> None:
    assert sentences(read(0, {"rules": [rule]}), {"q": "Queue"}) == [said]


def test_the_weights_are_told_in_minutes() -> None:
    assert [said for _, said in weights(read(0, {}).boosts)] == [
        "critical +30 min, high +15 min, moderate +5 min, low 0 min",
        "up to +10 min at score 1,000, nothing below 500",
        "+2 min each, at most +20 min",
        "+2 min each",
    ]
