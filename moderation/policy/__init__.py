from moderation.policy.errors import Mistake, PolicyRefused
from moderation.policy.facts import Facts, ListedWord, Subject
from moderation.policy.parse import read
from moderation.policy.policy import BUILT_IN, Policy, Rule
from moderation.policy.priority import worst_label
from moderation.policy.route import Outcome, Route, RuleRef, route
from moderation.policy.serialize import write
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY, Taxonomy

__all__ = [
    "BUILT_IN",
    "BUILT_IN_TAXONOMY",
    "Facts",
    "ListedWord",
    "Mistake",
    "Outcome",
    "Policy",
    "PolicyRefused",
    "Route",
    "Rule",
    "RuleRef",
    "Subject",
    "Taxonomy",
    "read",
    "route",
    "worst_label",
    "write",
]
