"""Serve static files under hashed names, so that browsers can cache them for ever and never use a stale one.

`js/*/main.js`, where a page's modules begin, is served as one minified file of that module and all it imports; style
sheets are served without comments and idle spaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

import brotli
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from moderation.runtime.styles import minified

if TYPE_CHECKING:
    import jsmeld

ENTRIES = "js/*/main.js"
STYLES = "css/*.css"  # in folders below, too
# "es2022" keeps private fields as they are written: what the stage runs on knows them.
BUNDLE: jsmeld.JSMeldOptions = {"target": "es2022", "minify": True, "source_map": False, "typescript": False}


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise ships no types
    def create_compressor(self, **how: Any) -> Compressor:
        return _Compressor(**how)

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            paths = {**paths, **_bundles(paths), **_styles(paths)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


class _Compressor(Compressor):  # type: ignore[misc] # whitenoise ships no types
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """Brotli's best, 11, takes three times as long for all files and makes our scripts 6 % smaller."""
        return cast(bytes, brotli.compress(data, quality=9))


def _bundles(paths: dict[str, Any]) -> dict[str, Any]:
    """Replace each entry by its bundle, made of the sources: the files in STATIC_ROOT may be old."""
    import jsmeld  # a compiler of 30 MB: not loaded by processes that only need a file's name

    bundles = InMemoryStorage()
    found = {}
    for name, (storage, path) in paths.items():
        if fnmatchcase(name, ENTRIES):
            bundles.save(name, ContentFile(jsmeld.bundle(storage.path(path), BUNDLE)))
            found[name] = (bundles, name)
    return found


def _styles(paths: dict[str, Any]) -> dict[str, Any]:
    styles = InMemoryStorage()
    found = {}
    for name, (storage, path) in paths.items():
        if fnmatchcase(name, STYLES):
            with storage.open(path) as source:
                styles.save(name, ContentFile(minified(source.read().decode())))
            found[name] = (styles, name)
    return found
