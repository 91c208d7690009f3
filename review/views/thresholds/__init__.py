"""The page of the thresholds: which label counts from which score on, and where, as a draft that everybody shares."""
