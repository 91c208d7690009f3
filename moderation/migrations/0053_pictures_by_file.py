from django.db import migrations

INDEXES = {
    "picture_by_file": """
CREATE INDEX CONCURRENTLY picture_by_file ON moderation_picture
 USING gin ((ARRAY[web, preview, blurred, blurred_light, blurred_medium, thumbnail, "full"]::text[]))
""",
    "picture_by_frame": """
CREATE INDEX CONCURRENTLY picture_by_frame ON moderation_picture
 USING gin (frame_keys jsonb_path_ops) WHERE frame_keys <> '[]'
""",
}


def _build() -> list[str]:
    """Each anew, since a build that was interrupted leaves an index that is not valid. Without our timeouts."""
    build = ["SET statement_timeout = 0", "SET transaction_timeout = 0"]
    for name, create in INDEXES.items():
        build += [f"DROP INDEX CONCURRENTLY IF EXISTS {name}", create]
    return [*build, "RESET statement_timeout", "RESET transaction_timeout"]


class Migration(migrations.Migration):
    """Which pictures name a file, before it is removed: two may share one, as files are named by what is in them."""

    atomic = False
    dependencies = [("moderation", "0052_erasable_bodies")]
    operations = [migrations.RunSQL(_build(), [f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES])]
