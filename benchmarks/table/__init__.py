"""The table of what we promise, each row beside its limit: as words, as JSON and as a drawing."""
