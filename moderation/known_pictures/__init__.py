"""Pictures that an app knows already, by the SHA-256 of their bytes and by what they look like.

`changes` adds and removes them; `in_force` has those of an app, cached; `alike` compares. The engine that gives their
labels is `moderation.engines.known_pictures`.
"""
