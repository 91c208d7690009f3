from moderation.policy.chain import Bound, Evaluation, Link
from moderation.policy.errors import Mistake, PolicyRefused
from moderation.policy.evaluate import evaluate
from moderation.policy.facts import Facts, ListedWord, Subject
from moderation.policy.parse import read
from moderation.policy.policy import BUILT_IN, Policy, Rule
from moderation.policy.priority import worst_label
from moderation.policy.route import Outcome, Route, RuleRef, as_if_reviewed, queue_if_reviewed, route
from moderation.policy.sections import Scope, Section, Threshold
from moderation.policy.serialize import write
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY, Taxonomy

__all__ = [
    "BUILT_IN",
    "BUILT_IN_TAXONOMY",
    "Bound",
    "Evaluation",
    "Facts",
    "Link",
    "ListedWord",
    "Mistake",
    "Outcome",
    "Policy",
    "PolicyRefused",
    "Route",
    "Rule",
    "RuleRef",
    "Scope",
    "Section",
    "Subject",
    "Taxonomy",
    "Threshold",
    "as_if_reviewed",
    "evaluate",
    "queue_if_reviewed",
    "read",
    "route",
    "worst_label",
    "write",
]
