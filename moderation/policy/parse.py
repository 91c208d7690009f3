"""Read a policy's stored body: {"rules": [{"name", "when": {…}, "queue", "boost", "record"}], "sections": [{"name",
"scope", "thresholds", "otherwise", "afterReject", "intermediate"}], "boosts": {…}}.

`when` holds conditions by their key: an array of texts (0 and 1 for `finalResult`, `resultType`), or a range
{"atLeast", "atMost"}. An older body's rule says `riskLabel1` instead of `when.label`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from moderation.policy.body_parts import MAX_NAME_CHARACTERS, Part
from moderation.policy.condition_bodies import CONDITIONS, read_condition
from moderation.policy.conditions import Condition
from moderation.policy.errors import Mistake, PolicyRefused
from moderation.policy.errors import gettext_noop as _
from moderation.policy.policy import Boosts, Policy, Rule
from moderation.policy.section_bodies import read_sections
from moderation.policy.taxonomy import SEVERITIES

MAX_RULES = 200
MAX_MINUTES = 7 * 24 * 60


def read(number: int, body: Any) -> Policy:
    """Parse a policy's body. Raises PolicyRefused, whose mistakes name every wrong place at once."""
    mistakes: list[Mistake] = []
    whole = Part(body, "", mistakes)
    parts = whole.children(("rules", "sections", "boosts"))
    rules = tuple(_rule(part) for part in parts["rules"].items(at_most=MAX_RULES)) if "rules" in parts else ()
    sections = read_sections(parts["sections"]) if "sections" in parts else ()
    boosts = _boosts(parts["boosts"]) if "boosts" in parts else Boosts()
    _check_names(rules, whole)
    if mistakes:
        raise PolicyRefused(mistakes)
    return Policy(number, rules, boosts, sections)


def _rule(part: Part) -> Rule:
    parts = part.children(("name", "when", "queue", "boost", "record", "riskLabel1"))
    queue, boost = parts.get("queue"), parts.get("boost")
    rule = Rule(
        queue=queue.slug() if queue else "",
        when=_when(parts),
        name=parts["name"].text(at_most=MAX_NAME_CHARACTERS) if "name" in parts else "",
        boost=_minutes(boost) if boost else 0.0,
        record="record" in parts and parts["record"].flag(),
    )
    _check_actions(rule, part, sends=bool(queue or boost))
    return rule


def _check_actions(rule: Rule, part: Part, *, sends: bool) -> None:
    if rule.record and sends:
        part.refuse(_("A rule that only records sends nothing to a queue; leave out its queue and its boost."))
    elif not rule.record and not sends and part.is_object:
        part.refuse(_("Say what the rule does: send to a queue, move up or down in the queue, or only record."))
    if not rule.record and "1" in rule.texts("resultType"):
        text = _("A person's verdict is never sent to a queue by a rule; leave out 1, or let the rule only record.")
        part.refuse_at("when/resultType", text)


def _when(parts: Mapping[str, Part]) -> tuple[Condition, ...]:
    asked = parts["when"].children(tuple(CONDITIONS)) if "when" in parts else {}
    found = [read_condition(key, part) for key, part in asked.items()]
    older = parts.get("riskLabel1")
    if older and "label" in asked:
        older.refuse(_("Is the older form of the condition label; give only one of them."))
    elif older and older.value != []:  # an empty list meant every label
        found.append(read_condition("label", older))
    return tuple(sorted(found, key=lambda one: list(CONDITIONS).index(one.key)))


def _boosts(part: Part) -> Boosts:
    """Boosts that are not given keep their built-in values; `severity` is replaced as a whole."""
    parts = part.children(tuple(one.name for one in fields(Boosts)))
    severity = parts.pop("severity", None)
    given: dict[str, Any] = {name: _minutes(one) for name, one in parts.items()}
    if severity:
        rated = {name: _minutes(one) for name, one in severity.children(SEVERITIES).items()}
        given["severity"] = MappingProxyType(rated)
    return Boosts(**given)


def _minutes(part: Part) -> float:
    return part.number(-MAX_MINUTES, MAX_MINUTES) or 0.0


def _check_names(rules: tuple[Rule, ...], whole: Part) -> None:
    times = Counter(rule.name.casefold() for rule in rules if rule.name)
    for index, rule in enumerate(rules):
        if times[rule.name.casefold()] > 1:
            whole.refuse_at(f"rules/{index}/name", _("Another rule has this name too; give each its own."))
