"""Sign-in, sign-out, second factors and what people choose for themselves. Only these of allauth's pages:
administrators give the e-mail addresses. Who cannot sign in gets a link from `manage.py sign_in_link`.
"""

from allauth.account import views
from django.urls import include, path, re_path

from accounts.auth import (
    invitation_page,
    login_page,
    passkey_page,
    sessions_page,
    sign_in_link,
    single_sign_on,
    zone_page,
)

urlpatterns = [
    path("login/", login_page.login, name="account_login"),
    path("link/<str:token>/", sign_in_link.sign_in_link, name="sign_in_link"),
    path("invitation/<str:token>/", invitation_page.join, name="invitation"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # shows that sign-up is closed
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("zone/", zone_page.choose, name="zone"),
    path("sessions/", sessions_page.page, name="sessions"),
    path("sessions/end-others", sessions_page.end_others, name="end_other_sessions"),
    path("sessions/<int:pk>/end", sessions_page.end, name="end_session"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", login_page.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkey_page.remove, name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/<str:provider_id>/login/", single_sign_on.begin, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", single_sign_on.back, name="openid_connect_callback"),
]
