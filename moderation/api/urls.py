from django.urls import path, re_path

from moderation.api import cases, deliveries, events, problems, results
from moderation.api.by_method import by_method

app_name = "api"
urlpatterns = [
    path("results", by_method(GET=cases.results, POST=results.results), name="results"),
    path("results/<path:request_id>", results.result, name="result"),
    path("events", events.events, name="events"),
    path("deliveries", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/redeliver", deliveries.redelivery, name="redeliver"),
    re_path("", problems.nothing_here),  # every other path, also with line breaks
]
