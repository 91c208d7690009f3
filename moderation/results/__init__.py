from moderation.results.finalise import TooLate, Verdict, finalise, withdraw

__all__ = ["TooLate", "Verdict", "finalise", "withdraw"]
