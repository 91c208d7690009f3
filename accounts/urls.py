"""Sign-in, sign-out and what people choose for themselves. Only these of allauth's pages: administrators change e-mail
addresses, and no mail is sent.
"""

from allauth.account import views
from django.urls import path

from accounts.auth import zone_page

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # shows that sign-up is closed
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("zone/", zone_page.choose, name="zone"),
    path("password/change/", views.password_change, name="account_change_password"),
]
