"""Every page of the product as everybody sees it. The pages are found in the list of addresses, so that a new one is
looked at without being named anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, Page, expect

from accounts import invitations, people
from accounts.auth import sign_in_link
from moderation.disposal import changes as own_labels
from moderation.disposal.mapping import Own
from moderation.models import KnownPicture, Label
from moderation.policy_versions import draft, shadow
from moderation.replay import begin
from moderation.word_lists import changes
from review.cases import saved_views
from review.models import Run
from review.queues import teams
from review.workflow import defer, runs
from tests.accounts.test_second_factor import with_app
from tests.browser.pages.house_of_deliveries import furnish_deliveries
from tests.browser.stage_page import StagePage
from tests.factories import endpoints, erasures, replays
from tests.factories.policies import never_in_force
from tests.factories.tried import tried_by
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.moderation.callbacks.quarantined import address, keep, unknown_level
from tests.stage import signed_in
from tests.waiting import PATIENCE_MS
from tests.world import World

PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")
FOR_MACHINES = ("api/", "callbacks/")
NO_PAGES = {
    "review:frame": "a picture",
    "review:frame_preview": "a picture",
    "review:picture_of_tried": "a picture",
    "review:blurred_of_tried": "a picture",
    "openid_connect_login": "leads elsewhere",
    "openid_connect_callback": "leads elsewhere",
    "account_reset_password": "asks for a mail server",
    "mfa_download_recovery_codes": "a file",
    "mfa_edit_webauthn": "of a passkey, which a browser makes",
    "mfa_remove_webauthn": "of a passkey, which a browser makes",
}
OTHERWISE = {
    "pk": 0,
    "test_id": 0,
    "secret": "none",
    "rendition": "web",
    "uidb36": "1",
    "key": "none",
}
REFUSALS = {"not found": ("/no-such-page/", "alice"), "not allowed": ("/review/rules/", "alice")}
LONG = "A label that somebody named with fifty characters!"
ARABIC = "أضفني على الرقم 12345"
RULES: dict[str, Any] = {"rules": [{"name": "minors first", "when": {"label": ["minor"]}, "queue": "nudity"}]}

DRAFT: dict[str, Any] = RULES | {
    "sections": [{"name": "网站 / 直播", "scope": {"app": "web"}, "thresholds": {"porn": {"review": 900}, "*": {}}}]
}


@dataclass(frozen=True)
class Shown:
    """A page as a person sees it."""

    name: str
    path: str
    person: str

    def __str__(self) -> str:
        return f"{self.name} as {self.person} ({self.path})"


def furnish(desk: StagePage) -> dict[str, dict[str, Any]]:
    """Something of every kind in the house. Returns the arguments of the addresses that have any, by their names;
    those under "" are for every address that is not named.
    """
    world = desk.world
    draft.save(DRAFT, base=0, expected_version=0, by=world.dave)
    shadow.start(by=world.dave)
    for _ in range(4):
        desk.add_case(data={"tokenId": "u_83f2"})
    desk.add_case(riskDetail={"ocrText": {"text": ARABIC}, "riskSource": 1002})
    queues = world.nudity, world.default
    work = next(queue for queue in queues if queue.tasks.filter(state="waiting").count() >= 4)
    decided = decide(take_lease(work, by=world.bob), by=world.bob).task.case_id
    defer.escalate(lease_key_of(take_lease(work, by=world.alice)), by=world.alice, note="please look")
    defer.snooze(lease_key_of(take_lease(work, by=world.alice)), by=world.alice, until=None, note="asked the customer")
    listed = list(work.tasks.filter(closed_at=None).values_list("pk", flat=True))
    run = runs.start(listed, source=Run.Source.CASES, back="/review/cases/", name="u_83f2", by=world.alice)
    words = changes.create(name="contacts", kind="plain", by=world.dave)
    changes.add(words, ["free", "微信"], by=world.dave)
    view = saved_views.save(name="Nudity", query="label=porn", shared=True, by=world.alice)
    job = begin.replay_draft(by=world.dave)
    replays.finish()
    own = own_labels.add(world.web, label="porn", own=Own("TNS-2", risk_description="Bodies"), by=world.dave)
    KnownPicture.objects.create(app=world.web, sha256="0" * 64, label="porn", added_by=world.alice)
    endpoints.subscribed()
    newcomer = people.add(email="new@example.test", name="Newcomer", role="moderator", password=None, by="tests")
    with_app(world.alice)
    tried = tried_by(world.dave)
    (invited,) = invitations.invite(["hana@example.test"], role="lead", by=world.dave)
    return {
        "": {
            "case_id": decided,
            "slug": work.slug,
            "user_id": world.alice.pk,
            "number": never_in_force(RULES).number,
        },
        "sign_in_link": {"token": sign_in_link.make(newcomer, by="tests")},  # who signs in by nothing else
        "invitation": {"token": invited.token},
        "review:manage_person": {"pk": world.alice.pk},
        **{
            f"review:{name}": {"pk": tried.pk}
            for name in ("tried_picture", "way_of_tried_picture", "run_tried_picture")
        },
        "review:run": {"run_id": run.pk},
        "review:delete_view": {"view_id": view.pk},
        "review:quarantined": {"pk": keep(address(world), unknown_level()).pk},
        "review:manage_team": {"pk": teams.create("Night", people=[world.bob], queues=[work], by=world.dave).pk},
        "review:manage_app": {"pk": world.web.pk},
        "review:manage_app_engines": {"pk": world.web.pk},
        "review:manage_engine_trial": {"pk": world.web.pk},
        "review:manage_key": {"pk": world.key.pk},
        "review:manage_address": {"pk": address(world).pk},
        **{f"review:{name}": {"pk": job.pk} for name in ("replay", "replay_asks", "replay_cases", "replay_csv")},
        "review:replay_progress": {"pk": job.pk},
        "review:label": {"pk": Label.objects.earliest("pk").pk},
        "review:word_list": {"pk": words.pk},
        "review:disposal": {"pk": world.web.pk},
        "review:export_own_labels": {"pk": world.web.pk},
        "review:own_label": {"pk": own.pk},
        "review:export_word_list": {"pk": words.pk},
        **erasures.furnish(world),
        **furnish_deliveries(world),
    }


def pages(world: World, arguments: dict[str, dict[str, Any]]) -> list[Shown]:
    """Each page once for every way it looks: two people who see the same are one."""
    found: dict[tuple[str, str], Shown] = {}
    clients = {person: signed_in(getattr(world, person, None)) for person in PEOPLE}
    for name, path in addresses(arguments):
        answers = {person: client.get(path) for person, client in clients.items()}
        statuses = {answer.status_code for answer in answers.values()}
        assert statuses != {404}, f"nobody finds {name} at {path}: give its arguments in tests/browser/pages/house.py"
        for person, answer in answers.items():
            if answer.status_code == 200 and b"<html" in (answer.content if not answer.streaming else b""):
                found.setdefault((name, shape(answer.content.decode())), Shown(name, path, person))
    return [*found.values(), *(Shown(name, *rest) for name, rest in REFUSALS.items())]


def shape(html: str) -> str:
    """What stands in the page, without how often and without the words."""
    tags = re.findall(r"<(\w+)((?:\s[^<>]*)?)>", re.sub(r"(?s)<script.*?</script>", "", html))
    return str(sorted({(tag, *sorted(re.findall(r'\s(?:[a-z-]+(?==)|class="[^"]*")', rest))) for tag, rest in tags}))


def addresses(arguments: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every address with its name, its arguments filled in."""
    for name, pattern in _patterns(get_resolver()):
        needed = pattern.pattern.regex.groupindex
        given = OTHERWISE | arguments[""] | arguments.get(name, {})
        if name and name not in NO_PAGES:
            yield name, reverse(name, kwargs={one: given[one] for one in needed})


def _patterns(resolver: URLResolver, inside: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if str(one.pattern).startswith(FOR_MACHINES):
            continue
        if isinstance(one, URLResolver):
            yield from _patterns(one, f"{inside}{one.namespace}:" if one.namespace else inside)
        else:
            yield f"{inside}{one.name}" if one.name else "", one


@contextmanager
def browsing(browser: Browser, desk: StagePage, person: str, *, language: str = "en", **how: Any) -> Iterator[Page]:
    """A browser of that person's, without the detour over the login page."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"} | how)
    kept = signed_in(getattr(desk.world, person, None)).cookies.get(settings.SESSION_COOKIE_NAME)
    cookies = {settings.LANGUAGE_COOKIE_NAME: language} | ({kept.key: kept.value} if kept else {})
    context.add_cookies([{"name": name, "value": value, "url": desk.app.url} for name, value in cookies.items()])
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def open_page(page: Page, desk: StagePage, shown: Shown) -> None:
    page.goto(desk.app.url + shown.path)
    if page.locator("#stage").count():
        expect(page.locator("#stage:not([data-state=loading])")).to_be_visible()
