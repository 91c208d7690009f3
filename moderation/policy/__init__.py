from moderation.policy.facts import Facts, ListedWord, Subject
from moderation.policy.policy import BUILT_IN, Policy
from moderation.policy.route import Outcome, Route, route
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY, Taxonomy

__all__ = [
    "BUILT_IN",
    "BUILT_IN_TAXONOMY",
    "Facts",
    "ListedWord",
    "Outcome",
    "Policy",
    "Route",
    "Subject",
    "Taxonomy",
    "route",
]
