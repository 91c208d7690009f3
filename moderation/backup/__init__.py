"""Save the database and the pictures into a folder, and restore them from it.

A folder has `manifest.json`, `files.sha256` (as `sha256sum --check` reads it), `database/` and `pictures/`.
"""
