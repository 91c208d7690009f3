"""What the page of the thresholds looks at: one label in one scope, as its address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from moderation.policy.body_parts import Part
from moderation.policy.section_bodies import read_scope
from moderation.policy.sections import ANY_LABEL, Scope, label_key
from moderation.policy.serialize import write_scope
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY

SCOPE_FIELDS = ("app", "event", "type", "lang", "level")
SHOWN = ("seen", "all", "own", "unnamed")
MOST_TYPED = 100  # characters of a search
MOST_PATH = 400  # characters of a label
EVERYTHING = Scope()
MOST_OPEN = 50  # branches of the tree


@dataclass(frozen=True, slots=True)
class Place:
    """`label` is a threshold's key, "" before one is chosen; `shown` says which labels the tree lists, `typed` what is
    looked for, `opened` which branches stand open besides the label's own. `is_unread`: the address names a scope that
    cannot be read, so that nothing may be changed at it.
    """

    label: str = ""
    scope: Scope = EVERYTHING
    shown: str = ""
    typed: str = ""
    opened: tuple[str, ...] = ()
    is_unread: bool = False

    def at(self, *, label: str | None = None, scope: Scope | None = None) -> str:
        """The query of this page at another label or in another scope; the list of labels stays as it is."""
        there = replace(
            self, label=self.label if label is None else label, scope=self.scope if scope is None else scope
        )
        return there.query()

    def query(self) -> str:
        return urlencode(self.fields())

    def besides_scope(self) -> list[tuple[str, str]]:
        """The fields of a form that looks at another scope."""
        return replace(self, scope=EVERYTHING).fields()

    def fields(self) -> list[tuple[str, str]]:
        known = [("label", self.label), *scope_fields(self.scope).items(), ("show", self.shown), ("q", self.typed)]
        return [one for one in known if one[1]] + [("open", branch) for branch in self.opened]

    def showing(self, shown: str) -> str:
        """The query with another list of labels, where nothing is looked for."""
        return replace(self, shown=shown, typed="").query()

    def toggled(self, branch: str) -> str:
        """The query with this branch of the tree opened, or closed."""
        others = tuple(one for one in self.opened if one != branch)
        return replace(self, opened=others if branch in self.opened else (*others, branch)).query()


def read_place(given: Mapping[str, str], opened: list[str]) -> Place:
    """From a query or a form. What cannot be read is left out, and of a scope that is told."""
    scope = scope_of(given)
    return Place(
        label=read_label(given.get("label", "")),
        scope=scope or EVERYTHING,
        is_unread=scope is None,
        shown=given.get("show", "") if given.get("show") in SHOWN else "",
        typed=given.get("q", "")[:MOST_TYPED],
        opened=tuple(dict.fromkeys(filter(None, map(read_label, opened[:MOST_OPEN])))),
    )


def read_label(path: str) -> str:
    """The key of a path as typed or pasted; "" for what names no label."""
    levels = [level.strip() for level in path[: MOST_PATH + 1].strip().strip("/").split("/")]
    if levels == [ANY_LABEL]:
        return ANY_LABEL
    if (
        len(path) > MOST_PATH
        or len(levels) > 3
        or any(not level or ANY_LABEL in level or not level.isprintable() for level in levels)
    ):
        return ""
    return label_key(levels, BUILT_IN_TAXONOMY)


def scope_fields(scope: Scope) -> dict[str, str]:
    """As the fields of a query and of a form: the levels joined by commas."""
    written = write_scope(scope)
    return {name: ",".join(map(str, value)) if name == "level" else str(value) for name, value in written.items()}


def scope_of(given: Mapping[str, str]) -> Scope | None:
    """None where one of its fields cannot be read."""
    fields = {name: given.get(name, "").strip() for name in SCOPE_FIELDS}
    levels = [level.strip() for level in fields.pop("level").split(",") if level.strip()]
    body: dict[str, object] = {name: text for name, text in fields.items() if text}
    if levels:
        body["level"] = [int(level) if level.isdecimal() and len(level) < 4 else level for level in levels]
    part = Part(body, "", [])
    scope = read_scope(part)
    return None if part.mistakes else scope
