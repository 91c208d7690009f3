from django.db import migrations, models

INDEXES = {
    "delivery_by_endpoint": """
CREATE INDEX CONCURRENTLY delivery_by_endpoint ON moderation_delivery (endpoint_id, state, id) INCLUDE (case_id)
""",
    "delivery_dead_of_case": """
CREATE INDEX CONCURRENTLY delivery_dead_of_case ON moderation_delivery (case_id) WHERE state = 'dead'
""",
}
FORMER = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS delivery_of_endpoint ON moderation_delivery (endpoint_id, state, id)
"""
STATE = [
    migrations.AddIndex(
        "delivery", models.Index(fields=["endpoint", "state", "id"], include=["case"], name="delivery_by_endpoint")
    ),
    migrations.AddIndex(
        "delivery",
        models.Index(fields=["case"], condition=models.Q(state="dead"), name="delivery_dead_of_case"),
    ),
    migrations.RemoveIndex("delivery", "delivery_of_endpoint"),
]


def _build() -> list[str]:
    """Each anew, since a build that was interrupted leaves an index that is not valid. Without our timeouts."""
    build = ["SET statement_timeout = 0", "SET transaction_timeout = 0"]
    for name, create in INDEXES.items():
        build += [f"DROP INDEX CONCURRENTLY IF EXISTS {name}", create]
    build.append("DROP INDEX CONCURRENTLY IF EXISTS delivery_of_endpoint")
    return [*build, "RESET statement_timeout", "RESET transaction_timeout"]


class Migration(migrations.Migration):
    """What the board and the lists of cases read of deliveries, built while deliveries are written."""

    atomic = False
    dependencies = [("moderation", "0048_tried_pictures")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    _build(), [FORMER, *(f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in INDEXES)]
                )
            ],
            STATE,
        )
    ]
