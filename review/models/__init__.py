from review.models.claim import Claim, Skip
from review.models.decision import Decision, Verdict
from review.models.preferences import Preferences
from review.models.queue import Membership, Queue, Reason
from review.models.review_task import ReviewTask
from review.models.saved_view import SavedView

__all__ = [
    "Claim",
    "Decision",
    "Membership",
    "Preferences",
    "Queue",
    "Reason",
    "ReviewTask",
    "SavedView",
    "Skip",
    "Verdict",
]
