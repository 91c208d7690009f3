"""Final results in the customer's own labels: per app a mapping from our labels to theirs (docs/decisions/0030)."""
