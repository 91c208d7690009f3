"""Starting policies for what platforms commonly do with pictures, each number with its reason. Pure."""

from moderation.policy.profiles.apply import apply
from moderation.policy.profiles.profile import Number, Profile
from moderation.policy.profiles.scenarios import PROFILES, by_key

__all__ = ["PROFILES", "Number", "Profile", "apply", "by_key"]
