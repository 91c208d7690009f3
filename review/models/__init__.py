from review.models.decided_case import DecidedCase, DecidedCaseBackfill
from review.models.decision import Decision, Verdict
from review.models.lease import Lease, Skip
from review.models.practice import PracticeAnswer, PracticeSession
from review.models.preferences import Preferences
from review.models.queue import Membership, Queue, QueueJob, Reason, Team
from review.models.report import ReportCount, ReportDay, ReportHistogram, RollUp
from review.models.retention import RetentionRule, RetentionRun
from review.models.review_task import ReviewTask
from review.models.run import Run
from review.models.saved_view import SavedView
from review.models.sla_alert import SlaAlert
from review.models.stage_wait import StageWait

__all__ = [
    "DecidedCase",
    "DecidedCaseBackfill",
    "Decision",
    "Lease",
    "Membership",
    "PracticeAnswer",
    "PracticeSession",
    "Preferences",
    "Queue",
    "QueueJob",
    "Reason",
    "ReportCount",
    "ReportDay",
    "ReportHistogram",
    "RetentionRule",
    "RetentionRun",
    "ReviewTask",
    "RollUp",
    "Run",
    "SavedView",
    "Skip",
    "SlaAlert",
    "StageWait",
    "Team",
    "Verdict",
]
