"""The fixed users of the tests. Alice and Bob decide in *nudity*, Carol leads, Dave administers, Erin audits; Mallory
is a moderator without a queue and must see nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts import access_keys, people, registration
from accounts.models import AccessKey, App, User
from accounts.roles import Role
from review.models import Queue, Reason
from review.queues import configure

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class World:
    alice: User
    bob: User
    carol: User
    dave: User
    erin: User
    mallory: User
    web: App
    other_app: App
    nudity: Queue
    default: Queue
    key: AccessKey
    bearer: dict[str, str]  # headers of a backend with all permissions, for the Django test client

    @property
    def people(self) -> tuple[User, ...]:
        return self.alice, self.bob, self.carol, self.dave, self.erin, self.mallory


def build() -> World:
    alice, bob, mallory = (person(name) for name in ("alice", "bob", "mallory"))
    carol = person("carol", Role.LEAD)
    dave = person("dave", Role.ADMINISTRATOR)
    erin = person("erin", Role.AUDITOR)
    web = registration.register_app(App(app_id="web", name="Web"), by="tests")
    other_app = registration.register_app(App(app_id="app", name="App"), by="tests")
    nudity = queue("nudity", members=[alice, bob, carol])
    default = queue("default", members=[alice, bob, carol], is_default=True)
    row, key = access_keys.issue(name="tests", app=None, scopes=list(AccessKey.Scope.values), by="tests")
    bearer = {"Authorization": f"Bearer {key}"}
    return World(
        alice=alice,
        bob=bob,
        carol=carol,
        dave=dave,
        erin=erin,
        mallory=mallory,
        web=web,
        other_app=other_app,
        nudity=nudity,
        default=default,
        key=row,
        bearer=bearer,
    )


def person(name: str, role: str = Role.MODERATOR) -> User:
    return people.add(email=f"{name}@example.test", name=name.title(), role=role, password=PASSWORD, by="tests")


def queue(slug: str, *, members: list[User], is_default: bool = False) -> Queue:
    made = configure.save(Queue(slug=slug, name=slug.title(), is_default=is_default, practice_first=False), by="tests")
    configure.set_members(made, members, by="tests")
    # porn/nudity is in no catalogue. A queue that had it before that counted keeps it.
    Reason.objects.create(queue=made, code="earlier", key=9, name="Earlier", risk_label1="porn", risk_label2="nudity")
    reasons = [
        Reason(code="nudity", key=1, name="Nudity", risk_label1="porn", risk_label2="nudity"),
        Reason(code="contact", key=2, name="Contact ad", risk_label1="ad"),
    ]
    configure.set_reasons(made, reasons, by="tests")
    return made
