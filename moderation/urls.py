"""The root URL configuration."""

from csp.decorators import csp_update
from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.admin_site import read_only_site
from accounts.auth import language
from moderation.api import callbacks, health, problems
from moderation.api import security as security  # registers the authentication schemes of the OpenAPI document
from moderation.api.api_page import guarded
from moderation.middleware import server_error

# Its style sheet has its icons as data: URLs.
docs = csp_update({"img-src": "data:"})(SpectacularSwaggerSplitView.as_view(url_name="schema"))
schema = SpectacularAPIView.as_view()

handler400 = problems.bad_request
handler500 = server_error

urlpatterns = [
    path("api/v1/", include("moderation.api.urls")),  # first, because it is requested most
    path("", include("review.urls")),
    path("accounts/", include("accounts.urls")),
    *([path("admin/", read_only_site().urls)] if settings.DJANGO_ADMIN else []),
    path("i18n/setlang/", language.choose, name="set_language"),
    path("api/schema/", guarded(schema, is_page=False), name="schema"),
    path("api/docs/", guarded(docs, is_page=True), name="docs"),
    path("", include("moderation.gateway.urls")),
    path("callbacks/<str:secret>", callbacks.callback, name="callback"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
]
