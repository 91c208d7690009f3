from django.urls import path, re_path

from moderation.api import cases, deliveries, events, problems, results
from moderation.api.by_method import by_method
from moderation.api.policy import replays
from moderation.api.policy import views as policy

app_name = "api"
urlpatterns = [
    path("results", by_method(GET=cases.results, POST=results.results), name="results"),
    path("results/<path:request_id>", results.result, name="result"),
    path("events", events.events, name="events"),
    path("deliveries", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/redeliver", deliveries.redelivery, name="redeliver"),
    path("policy", policy.in_force, name="policy"),
    path(
        "policy/draft",
        by_method(GET=policy.get_draft, PUT=policy.put_draft, DELETE=policy.delete_draft),
        name="policy_draft",
    ),
    path(
        "policy/draft/shadow",
        by_method(GET=policy.get_shadow, POST=policy.start_shadow, DELETE=policy.stop_shadow),
        name="policy_shadow",
    ),
    path("policy/draft/replay", replays.start, name="replay_policy"),
    path("policy/replays/<int:replay_id>", replays.report, name="policy_replay"),
    path("policy/draft/publish", policy.publish_draft, name="publish_policy"),
    path("policy/rollback", policy.roll_back, name="roll_back_policy"),
    re_path("", problems.nothing_here),  # every other path, also with line breaks
]
