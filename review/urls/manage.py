"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import (
    deliveries,
    deliveries_redeliver,
    endpoints,
    endpoints_edit,
    endpoints_exchange,
    index,
)

urlpatterns = [
    path("", index.index, name="manage"),
    path("endpoints/", endpoints.listed, name="manage_endpoints"),
    path("endpoints/new/", endpoints_edit.new, name="manage_endpoint_new"),
    path("endpoints/<int:pk>/", endpoints.one, name="manage_endpoint"),
    path("endpoints/<int:pk>/edit/", endpoints_edit.edit, name="manage_endpoint_edit"),
    path("endpoints/<int:pk>/pause", endpoints.pause, name="manage_endpoint_pause"),
    path("endpoints/<int:pk>/resume", endpoints.resume, name="manage_endpoint_resume"),
    path("endpoints/<int:pk>/rotate", endpoints.rotate, name="manage_endpoint_rotate"),
    path("endpoints/<int:pk>/end-old-secret", endpoints.end_old_secret, name="manage_endpoint_end_old_secret"),
    path("endpoints/<int:pk>/delete/", endpoints.delete, name="manage_endpoint_delete"),
    path("endpoints/<int:pk>/test", endpoints_exchange.send, name="manage_endpoint_send_test"),
    path("endpoints/<int:pk>/tests/<int:test_id>/", endpoints_exchange.exchange, name="manage_endpoint_test"),
    path("deliveries/", deliveries.log, name="manage_deliveries"),
    path("deliveries/<int:pk>/redeliver", deliveries.redeliver_one, name="manage_delivery_redeliver"),
    path("deliveries/redeliver/", deliveries_redeliver.redeliver_matching, name="redeliver_matching"),
    path("deliveries/redeliver/<int:pk>/", deliveries_redeliver.redelivery, name="redelivery"),
    path("deliveries/redeliver/<int:pk>/cancel", deliveries_redeliver.cancel, name="redelivery_cancel"),
    path("deliveries/redeliver/<int:pk>/resume", deliveries_redeliver.resume, name="redelivery_resume"),
]
