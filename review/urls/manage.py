"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import apps, callback_addresses, health, index, keys, quarantine, setup

urlpatterns = [
    path("", index.index, name="manage"),
    path("apps/", apps.page, name="manage_apps"),
    path("apps/new/", apps.register, name="manage_app_new"),
    path("apps/<int:pk>/", apps.app, name="manage_app"),
    path("apps/keys/new/", keys.issue, name="manage_key_new"),
    path("apps/keys/<int:pk>/", keys.key, name="manage_key"),
    path("apps/keys/<int:pk>/rotate/", keys.rotate, name="manage_key_rotate"),
    path("apps/keys/<int:pk>/revoke/", keys.revoke, name="manage_key_revoke"),
    path("apps/addresses/new/", callback_addresses.create, name="manage_address_new"),
    path("apps/addresses/<int:pk>/", callback_addresses.address, name="manage_address"),
    path("apps/addresses/<int:pk>/rotate/", callback_addresses.rotate, name="manage_address_rotate"),
    path("apps/addresses/<int:pk>/revoke/", callback_addresses.revoke, name="manage_address_revoke"),
    path("health/", health.page, name="manage_health"),
    path("setup/seen/", setup.seen, name="manage_setup_seen"),
    path("quarantine/", quarantine.listed, name="quarantine"),
    path("quarantine/replay", quarantine.replay_all, name="quarantine_replay_all"),
    path("quarantine/<int:pk>/", quarantine.one, name="quarantined"),
    path("quarantine/<int:pk>/replay", quarantine.replay, name="quarantined_replay"),
    path("quarantine/<int:pk>/replay-edited", quarantine.replay_edited, name="quarantined_replay_edited"),
    path("quarantine/<int:pk>/dismiss", quarantine.dismiss, name="quarantined_dismiss"),
]
