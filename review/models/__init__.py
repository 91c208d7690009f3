from review.models.claim import Claim, Skip
from review.models.decision import Decision, Verdict
from review.models.queue import Membership, Queue, Reason
from review.models.review_task import ReviewTask

__all__ = ["Claim", "Decision", "Membership", "Queue", "Reason", "ReviewTask", "Skip", "Verdict"]
