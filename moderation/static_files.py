"""Static files under hashed names, so that browsers keep them for good and never see a stale one."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise ships no types
    """Our scripts are ES modules: their imports are rewritten to the hashed names too."""

    support_js_module_import_aggregation = True
