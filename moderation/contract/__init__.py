"""The machine-result contract: reads what the detection service sends, builds the final results.

Pure: no Django, no clock, no sockets. Raises `ContractError`, or its subclass `MalformedJSON`, for unreadable input.
"""

from moderation.contract import json_text, values
from moderation.contract.callback import parse_callback, request_id_of
from moderation.contract.parse import parse_submission
from moderation.contract.placement import Placed, place
from moderation.contract.result_body import combined, final_result, plain, with_listed
from moderation.contract.values import Callback, ContractError, FieldError, MalformedJSON, Submission

__all__ = [
    "Callback",
    "ContractError",
    "FieldError",
    "MalformedJSON",
    "Placed",
    "Submission",
    "combined",
    "final_result",
    "json_text",
    "parse_callback",
    "parse_submission",
    "place",
    "plain",
    "request_id_of",
    "values",
    "with_listed",
]
