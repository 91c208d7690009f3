"""Create the demo's users, apps, queues, policy and endpoint through the product's own functions. Idempotent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from accounts import access_keys, people, registration
from accounts.models import AccessKey, App, User
from accounts.roles import Role
from demo import credentials
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Endpoint, PolicyVersion
from moderation.models.endpoint import EventType
from moderation.webhooks import endpoints
from review.models import Queue, Reason
from review.policy_editor import versions
from review.queues import configure

BY = "demo"
SERVICE = "Demo detection service"
LABELS = ("risk_label1", "risk_label2", "risk_label3")

PEOPLE = (
    ("admin@demo.test", "Ada Admin", Role.ADMINISTRATOR),
    ("lead@demo.test", "Lena Lead", Role.LEAD),
    ("moderator@demo.test", "Mo Moderator", Role.MODERATOR),
    ("moderator2@demo.test", "Mira Moderator", Role.MODERATOR),
)

# slug, name, service level in minutes, guideline, reasons as (code, name, label path)
QUEUES: tuple[tuple[str, str, int, str, tuple[tuple[str, str, tuple[str, ...]], ...]], ...] = (
    (
        "people",
        "Nudity and minors",
        15,
        "## Nudity in profile pictures {porn}\n\nBare breasts, genitals or buttocks are **rejected**, drawn too.\n\n"
        "## Swimwear and tight clothes {sexy}\n\n- at a beach or pool: **passes**\n- in a bed: *Suggestive pose*\n\n"
        "## Children {minor}\n\nA child shown in a suggestive way is **rejected**. When a child may be at risk, "
        "**escalate**: never decide that alone.",
        (
            ("nudity", "Nudity 裸露", ("porn", "female_nudity")),
            ("minor-at-risk", "Minor at risk", ("minor", "child_subjects")),
            ("sexual-act", "Sexual act", ("porn", "sexual_acts")),
            ("suggestive", "Suggestive pose", ("sexy", "suggestive_poses")),
            ("fake-profile", "Fake profile", ("ad", "fake_profile")),
        ),
    ),
    (
        "ads",
        "Ads and codes 引流",
        30,
        "## Contacts and codes {ad, qr}\n\nA handle, a number or a code that leads off the platform is **rejected**."
        "\n\n- a brand in the background **passes**\n- a price alone **passes**",
        (
            ("contact-ad", "Contact ad 引流", ("ad", "contact_information")),
            ("qr-code", "Code leading away", ("qr", "wechat")),
            ("clickbait", "Click-bait", ("ad", "deceptive_click")),
            ("low-quality", "Low-quality ad", ("ad", "low_quality")),
        ),
    ),
    (
        "default",
        "Everything else",
        240,
        "Judge the picture as a stranger would meet it in a feed. News and art pass.",
        (
            ("gore", "Gore", ("violence", "graphic_gore")),
            ("weapon-or-drug", "Weapon or drug", ("ban", "prohibited_items")),
            ("political", "Political symbol", ("politics", "political_symbols")),
            ("hateful-symbol", "Hateful symbol", ("violence", "extremism")),
            ("nudity", "Nudity 裸露", ("porn", "female_nudity")),
            ("contact-ad", "Contact ad 引流", ("ad", "contact_information")),
        ),
    ),
)

POLICY = {
    "rules": [
        {"name": "people at risk first", "when": {"label": ["minor", "porn", "sexy"]}, "queue": "people"},
        {"name": "danger", "when": {"label": ["violence", "ban"]}, "queue": "default"},
        {"name": "advertising and codes", "when": {"label": ["ad", "qr"]}, "queue": "ads"},
    ]
}


def furnish(folder: Path, *, customer: str) -> None:
    """Create what is missing. `customer` is the base URL of the demo's customer."""
    given = credentials.read_or_create(folder)
    users = [_person(email, name, role, given.password) for email, name, role in PEOPLE]
    for app_id, name in (("web", "Web"), ("app", "App")):
        if not App.objects.filter(app_id=app_id).exists():
            registration.register_app(App(app_id=app_id, name=name), by=BY)
    for queue in QUEUES:
        _queue(*queue, members=users)
    if not PolicyVersion.objects.exists():
        versions.put_in_force(versions.save(POLICY, by=BY), by=BY)
    if access_keys.find(given.access_key) is None:
        scopes = AccessKey.Scope.values
        access_keys.issue(name="demo", app=None, scopes=scopes, by=BY, key=given.access_key)
    if not CallbackAddress.objects.filter(name=SERVICE).exists():
        web = App.objects.get(app_id="web")
        addresses.create(name=SERVICE, app=web, by=BY, secret=given.callback_secret)
    _endpoint(folder, given, url=f"{customer}/hook")


def _person(email: str, name: str, role: str, password: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        return people.add(email=email, name=name, role=role, password=password, by=BY)
    if not user.check_password(password):
        people.set_password(user, password, by=BY)
    return user


def _queue(
    slug: str,
    name: str,
    minutes: int,
    guideline: str,
    reasons: Iterable[tuple[str, str, tuple[str, ...]]],
    *,
    members: Iterable[User],
) -> None:
    if Queue.objects.filter(slug=slug).exists():
        return
    told = {"sla_minutes": minutes, "guideline": guideline, "is_default": slug == "default"}
    told["grid"] = slug == "ads"  # the others have critical pictures, which are judged singly
    queue = configure.save(Queue(slug=slug, name=name, practice_first=False, **told), by=BY)
    configure.set_members(queue, members, by=BY)
    queue.practice_first = True  # set last: the demo's own users begin at once, users added later practise first
    configure.save(queue, by=BY)
    made = [
        Reason(code=code, key=key, name=reason, **dict(zip(LABELS, path, strict=False)))
        for key, (code, reason, path) in enumerate(reasons, start=1)
    ]
    configure.set_reasons(queue, made, by=BY, new_labels=[str(reason.path) for reason in made])


def _endpoint(folder: Path, given: credentials.Credentials, *, url: str) -> None:
    endpoint = Endpoint.objects.filter(name="Demo customer").exclude(state=Endpoint.State.DELETED).first()
    if endpoint is None:
        types = [EventType.FINAL, EventType.CORRECTED, EventType.TEST]
        secret = endpoints.create(Endpoint(name="Demo customer", url=url, types=types), apps=[], by=BY)
        credentials.keep(folder, replace(given, webhook_secret=secret))
    elif endpoint.url != url:
        endpoint.url = url
        endpoints.change(endpoint, apps=endpoint.apps.all(), by=BY)
