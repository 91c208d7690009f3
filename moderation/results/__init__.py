from moderation.results.finalise import (
    DecidedAlone,
    FinalVerdict,
    Judged,
    TooLate,
    by_policy_alone,
    decide_alone,
    finalise,
    standing,
    withdraw,
)

__all__ = [
    "DecidedAlone",
    "FinalVerdict",
    "Judged",
    "TooLate",
    "by_policy_alone",
    "decide_alone",
    "finalise",
    "standing",
    "withdraw",
]
