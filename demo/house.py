"""Create the demo's users, apps, queues, policy and endpoint through the product's own functions. Idempotent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from accounts import access_keys, people, registration
from accounts.models import AccessKey, App, User
from accounts.roles import Role
from demo import credentials
from demo.label_names import name_labels
from demo.queues import QUEUES, DemoQueue
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Endpoint, PolicyVersion
from moderation.models.endpoint import EventType
from moderation.policy_versions import store
from moderation.webhooks import endpoints
from review.models import Queue, Reason
from review.queues import configure

BY = "demo"
SERVICE = "Demo detection service"
LABELS = ("risk_label1", "risk_label2", "risk_label3")

PEOPLE = (
    ("admin@demo.test", "Ada Okafor", Role.ADMINISTRATOR),
    ("lead@demo.test", "Lena Fischer", Role.LEAD),
    ("moderator@demo.test", "Mo Haddad", Role.MODERATOR),
    ("moderator2@demo.test", "Jing Wu 吴静", Role.MODERATOR),
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
            app = App(app_id=app_id, name=name, uncovered=App.Uncovered.ANSWER)  # the embedded engine sees little
            registration.register_app(app, by=BY)
    name_labels(by=BY)
    for queue in QUEUES:
        _queue(queue, members=users)
    if not PolicyVersion.objects.exists():
        store.put_in_force(POLICY, by=BY)
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


def _queue(wanted: DemoQueue, *, members: Iterable[User]) -> None:
    if Queue.objects.filter(slug=wanted.slug).exists():
        return
    told = {name: getattr(wanted, name) for name in ("slug", "name", "name_zh", "sla_minutes", "guideline")}
    told["is_default"] = wanted.slug == "default"
    told["grid"] = wanted.slug == "ads"  # the others have critical pictures, which are judged singly
    queue = configure.save(Queue(practice_first=False, **told), by=BY)
    configure.set_members(queue, members, by=BY)
    queue.practice_first = True  # set last: the demo's own users begin at once, users added later practise first
    configure.save(queue, by=BY)
    made = [
        Reason(
            code=one.code, key=one.key, name=one.name, name_zh=one.name_zh, **dict(zip(LABELS, one.path, strict=False))
        )
        for one in wanted.reasons
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
