"""Our own word lists, matched against the recognised text."""

from moderation.word_lists.cache import as_json, forget, found_in, matcher

__all__ = ["as_json", "forget", "found_in", "matcher"]
