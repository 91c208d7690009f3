"""Clients of the API: `python/` is written by hand, those in Node, Go and Java are generated (`python -m clients`)."""
