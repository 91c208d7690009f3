from django.urls import path

from moderation.api import results

app_name = "api"
urlpatterns = [
    path("results", results.results, name="results"),
    path("results/<path:request_id>", results.result, name="result"),
]
