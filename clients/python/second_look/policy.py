"""The policy over the API: the draft that everybody edits, and what is in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from second_look.image_values import Raw
from second_look.reading import fill, moment
from second_look.request import Json, Request, without_nothing

T = TypeVar("T")
POLICY = "/api/v1/policy"
DRAFT = f"{POLICY}/draft"


@dataclass(frozen=True)
class PolicyVersion:
    """The policy in force."""

    number: int
    policy: Raw

    @classmethod
    def read(cls, body: Raw) -> PolicyVersion:
        return cls(body["number"], body["policy"])


@dataclass(frozen=True)
class Draft:
    """`base` is the policy that it changes. With its `version`, `save` keeps what others save meanwhile."""

    base: int
    in_force: int
    version: int
    next: int
    policy: Raw
    changes: tuple[Raw, ...]
    flags: tuple[Raw, ...]
    saved_at: datetime | None = None
    saved_by: str | None = None
    shadow_since: datetime | None = None

    @classmethod
    def read(cls, body: Raw) -> Draft:
        times = {"saved_at": moment(body["savedAt"]), "shadow_since": moment(body["shadowSince"])}
        return fill(cls, body, changes=tuple(body["changes"]), flags=tuple(body["flags"]), **times)


@dataclass(frozen=True)
class Shadow:
    """What the draft in shadow would have done since then."""

    results: int
    different: int
    counts: tuple[Raw, ...]
    newest: tuple[Raw, ...]
    since: datetime | None = None

    @classmethod
    def read(cls, body: Raw) -> Shadow:
        since = moment(body["since"])
        return fill(cls, body, since=since, counts=tuple(body["counts"]), newest=tuple(body["newest"]))


@dataclass(frozen=True)
class Replay:
    """How far a replay of the draft on past results is; `report` once it is finished."""

    id: str
    state: str
    percent: int
    in_force: int
    last: int
    url: str
    raw: Raw = field(repr=False)
    results: int | None = None
    why: str | None = None
    report: Raw | None = field(default=None, repr=False)

    @classmethod
    def read(cls, body: Raw) -> Replay:
        return fill(cls, body, raw=body)


def in_force() -> Request[PolicyVersion]:
    return Request("GET", POLICY, PolicyVersion.read)


def draft() -> Request[Draft]:
    """With nothing drafted it is the policy in force, without changes."""
    return Request("GET", DRAFT, Draft.read)


def save(policy: Json, *, base: int, version: int | None = None) -> Request[Draft]:
    """Save a draft. Raises InvalidCall with every mistake, and Conflict where others have changed the same."""
    return _once("PUT", DRAFT, Draft.read, {"base": base, "policy": policy, "version": version})


def discard(version: int) -> Request[Draft]:
    """Discard the draft as it was seen. Raises Conflict where others have changed it since."""
    return Request("DELETE", DRAFT, Draft.read, query={"version": version}, may_repeat=False)


def replay(*, last: int | None = None) -> Request[Replay]:
    """Judge so many of the last results by the draft. One that is under way for the same draft is answered again."""
    return Request("POST", f"{DRAFT}/replay", Replay.read, without_nothing({"last": last}))


def get_replay(replay_id: str) -> Request[Replay]:
    return Request("GET", f"{POLICY}/replays/{int(replay_id)}", Replay.read)


def start_shadow() -> Request[Shadow]:
    """Have every result judged by the draft too, without any effect."""
    return _once("POST", f"{DRAFT}/shadow", Shadow.read, {})


def shadow() -> Request[Shadow]:
    return Request("GET", f"{DRAFT}/shadow", Shadow.read)


def stop_shadow() -> Request[Shadow]:
    return Request("DELETE", f"{DRAFT}/shadow", Shadow.read)


def publish(*, confirm: int | None = None, version: int | None = None) -> Request[PolicyVersion]:
    """Put the draft in force. Raises Conflict `needs-confirmation`; its body names the number to `confirm`."""
    return _once("POST", f"{DRAFT}/publish", PolicyVersion.read, {"confirm": confirm, "version": version})


def roll_back(number: int) -> Request[PolicyVersion]:
    """Put an earlier policy in force again."""
    return _once("POST", f"{POLICY}/rollback", PolicyVersion.read, {"number": number})


def _once(method: str, path: str, read: Callable[[Raw], T], body: Json) -> Request[T]:
    """Not repeated after a lost answer: the second would change, or refuse, what the first has done."""
    return Request(method, path, read, without_nothing(body), may_repeat=False)
