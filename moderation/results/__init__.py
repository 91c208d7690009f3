from moderation.results.finalise import FinalVerdict, Judged, TooLate, finalise, withdraw

__all__ = ["FinalVerdict", "Judged", "TooLate", "finalise", "withdraw"]
