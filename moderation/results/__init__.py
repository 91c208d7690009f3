from moderation.results.finalise import Judged, TooLate, Verdict, finalise, withdraw

__all__ = ["Judged", "TooLate", "Verdict", "finalise", "withdraw"]
