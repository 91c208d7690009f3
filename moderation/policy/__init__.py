from moderation.policy.policy import BUILT_IN, Policy, Subject
from moderation.policy.route import Outcome, Route, route

__all__ = ["BUILT_IN", "Outcome", "Policy", "Route", "Subject", "route"]
