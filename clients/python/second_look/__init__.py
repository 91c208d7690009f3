"""The client of Second Look: human review for machine-moderated images."""

from second_look.client import AsyncClient, Client
from second_look.errors import (
    ApiError,
    Conflict,
    EnginesFailed,
    InvalidCall,
    Mistake,
    NotAllowed,
    NotFetched,
    NotFound,
    OutdatedCursor,
    RateLimited,
    SecondLookError,
    Unavailable,
    Unreachable,
    WebhookRefused,
)
from second_look.image import item
from second_look.image_values import Acknowledged, BatchResult, Check, CheckedLabel, ImageResult, NoResult, RiskLabel
from second_look.policy import Draft, PolicyVersion, Replay, Shadow
from second_look.result_values import Accepted, AcceptedBatch, AcceptedItem, Case, Delivery, Event
from second_look.results import submission
from second_look.retries import Retries
from second_look.webhooks import Webhook, verify

__all__ = [
    "Accepted",
    "AcceptedBatch",
    "AcceptedItem",
    "Acknowledged",
    "ApiError",
    "AsyncClient",
    "BatchResult",
    "Case",
    "Check",
    "CheckedLabel",
    "Client",
    "Conflict",
    "Delivery",
    "Draft",
    "EnginesFailed",
    "Event",
    "ImageResult",
    "InvalidCall",
    "Mistake",
    "NoResult",
    "NotAllowed",
    "NotFetched",
    "NotFound",
    "OutdatedCursor",
    "PolicyVersion",
    "RateLimited",
    "Replay",
    "Retries",
    "RiskLabel",
    "SecondLookError",
    "Shadow",
    "Unavailable",
    "Unreachable",
    "Webhook",
    "WebhookRefused",
    "item",
    "submission",
    "verify",
]
