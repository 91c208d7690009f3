"""The settings that the environment decides. An invalid value stops the start with an error that names it.

Those that are the same everywhere are in `fixed_settings`. Without DATABASE_URL or REDIS_URL the addresses are those of
the embedded PostgreSQL and Redis in DATA_DIR (see moderation/runtime/embedded). The same code runs with managed ones.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from environs import FileAwareEnv
from marshmallow.validate import OneOf, Range

from moderation.fixed_settings import *  # noqa: F403 - Django reads settings as names of one module
from moderation.media.storage import picture_storage
from moderation.outbound.addresses import parse_networks
from moderation.runtime import embedded, tracing
from moderation.runtime.broker import celery_broker
from moderation.runtime.cookies import cookie_prefix
from moderation.runtime.database_options import Wanted, database_settings
from moderation.runtime.insecure_settings import Given, refuse_insecure
from moderation.runtime.logs import log_configuration
from moderation.runtime.mail import mail_settings
from moderation.runtime.secret_key import read_or_create
from moderation.runtime.server_urls import database_url, host_names, redis_url

env = FileAwareEnv(strip_whitespace=True)  # X_FILE names a file that holds the value of X

BASE_DIR = Path(__file__).resolve().parent.parent
# `manage.py` run beside a demo uses the demo's data.
DATA_DIR = Path(env.str("DATA_DIR", env.str("DEMO_DATA_DIR", str(BASE_DIR / ".data")))).resolve()

# --- where things are -----------------------------------------------------------------------------------------
_embedded = embedded.addresses(DATA_DIR)
DATABASE_URL = database_url(env.str("DATABASE_URL", ""), ours=_embedded.database_url)
REDIS_URL = redis_url(env.str("REDIS_URL", ""), ours=_embedded.redis_url)
EMBEDDED_POSTGRES = _embedded.database_url == DATABASE_URL
EMBEDDED_REDIS = _embedded.redis_url == REDIS_URL

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = read_or_create(env.str("SECRET_KEY", None), folder=DATA_DIR if EMBEDDED_POSTGRES else None)
# Earlier keys, that still open what was sealed or signed with them: `manage.py rotate_secret_key`.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], validate=host_names)
# Hosts never called by us. Loopback is checked when connecting, and a pattern would also refuse customers' hosts.
OWN_HOSTS = {host.lower() for host in ALLOWED_HOSTS if host[:1].isalnum() and host not in ("localhost", "127.0.0.1")}
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# Access to /api/docs/ and /api/schema/: public, or only for signed-in users and live access keys.
API_PAGE = env.str("API_PAGE", "public" if DEBUG else "guarded", validate=OneOf(("public", "guarded")))
DJANGO_ADMIN = env.bool("DJANGO_ADMIN", False)  # Django's admin at /admin/, to look at tables and change nothing
HTTPS = env.bool("HTTPS", False)  # served over https: cookies say Secure, answers carry HSTS

# --- product behaviour ----------------------------------------------------------------------------------------
UNDO_SECONDS = env.int("UNDO_SECONDS", 8, validate=Range(0, 600))
LEASE_SECONDS = env.int("LEASE_SECONDS", 120, validate=Range(1, 3600))
# After this many minutes without a break of BREAK_MINUTES the stage suggests one; 0 disables it.
BREAK_AFTER_MINUTES = env.int("BREAK_AFTER_MINUTES", 50, validate=Range(0, 600))
BREAK_MINUTES = env.int("BREAK_MINUTES", 5, validate=Range(1, 60))
# A demo's customer runs on loopback, and `manage.py` run beside the demo delivers to it too.
_BESIDE_A_DEMO = "127.0.0.0/8" if "DEMO_DATA_DIR" in os.environ else ""
OUTBOUND_ALLOWED_NETWORKS = parse_networks(env.str("OUTBOUND_ALLOWED_NETWORKS", _BESIDE_A_DEMO))
# Endpoints are https; plain http only when private networks are allowed explicitly.
ENDPOINT_SCHEMES = ("https", "http") if OUTBOUND_ALLOWED_NETWORKS else ("https",)
# DeepCleer documents its two hosts with http:// alone. True sends pictures and the access key there unencrypted.
DEEPCLEER_PLAIN_HTTP = env.bool("DEEPCLEER_PLAIN_HTTP", False)

# Whether marked words of recognised text that came without boxes are looked for on the picture, where the engine that
# reads text is installed, and how many pictures at the same time.
LOCATE_TEXT = env.bool("LOCATE_TEXT", True)
LOCATE_AT_ONCE = env.int("LOCATE_AT_ONCE", 1, validate=Range(1, 20))

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_BATCH_BYTES = 64 * 1024 * 1024
# Calls per second of an access key or callback address without a rate of its own. It keeps a runaway sender from
# starving the others; it is not a quota.
INGEST_RATE = env.float("INGEST_RATE", 1000.0, validate=Range(0.001, 1_000_000))
# The gateway: how long a call waits for its answer at most, and how many pictures a process looks at at the same time.
GATEWAY_SECONDS = env.float("GATEWAY_SECONDS", 10.0, validate=Range(0.1, 60))
GATEWAY_AT_ONCE = env.int("GATEWAY_AT_ONCE", 8, validate=Range(1, 100))
# Requests that one web process handles at once, however many threads wait for bodies (runtime/request_slots.py).
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", 4, validate=Range(1, 100))

# --- Django ---------------------------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "moderation.runtime.cookies.csrf_cookie",
                "accounts.auth.zone.zone",
                "review.views.navigation.navigation",
            ],
        },
    },
]

# DATABASE_POOLER: a pooler in transaction mode (PgBouncer) is between us and PostgreSQL. The other two are for poolers
# that allow more, or less: libpq's `options`, and after how many times a statement is prepared (0: never).
DATABASES: dict[str, Any] = {
    "default": database_settings(
        dj_database_url.parse(DATABASE_URL, engine="accounts.database"),
        Wanted(
            pool_size=env.int("DATABASE_POOL_SIZE", 10, validate=Range(1, 100)),
            pooler=env.bool("DATABASE_POOLER", False),
            session_options=env.str("DATABASE_OPTIONS", None),
            prepare_after=env.int("DATABASE_PREPARE_AFTER", None, validate=Range(0, 1000)),
        ),
    )
}

# --- people and sessions --------------------------------------------------------------------------------------
# Mail: smtp://user:password@host:587?tls=starttls, smtps://…:465. Without it nothing is sent, and no page offers it.
EMAIL_URL = env.str("EMAIL_URL", "")
globals().update(mail_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", "Second Look <second-look@localhost>")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers have passkeys over http on localhost alone
# Single sign-on by OpenID Connect, at one provider; the callback is /accounts/oidc/sign-on/login/callback/.
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))
OIDC_NAME = env.str("OIDC_NAME", urlsplit(OIDC_ISSUER).hostname or "")
# The role that people get whom nobody here knows; without it they are refused.
OIDC_NEW_PEOPLE = env.str("OIDC_NEW_PEOPLE", "", validate=OneOf(("", "moderator", "lead", "auditor")))
OIDC_ALLOWED_NETWORKS = parse_networks(env.str("OIDC_ALLOWED_NETWORKS", "")) or OUTBOUND_ALLOWED_NETWORKS
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sign-on",
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
# Proxies in front, each of which appends its caller's address to X-Forwarded-For: failed logins are counted by it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0, validate=Range(0, 10))
_COOKIES = cookie_prefix(SECRET_KEY, https=HTTPS)
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_COOKIES}sessionid", f"{_COOKIES}csrftoken"
DEVICE_COOKIE_NAME = f"{_COOKIES}device"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- languages and time ---------------------------------------------------------------------------------------
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = f"{_COOKIES}language"
ZONE_COOKIE_NAME = f"{_COOKIES}zone"  # the browser's time zone
LANGUAGE_COOKIE_SECURE = HTTPS

# --- files ----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static")))  # where collectstatic puts them
MEDIA_STORAGE = env.str("MEDIA_STORAGE", str(DATA_DIR / "pictures"))
STORAGES = {
    "pictures": picture_storage(
        MEDIA_STORAGE,
        endpoint_url=env.str("MEDIA_S3_ENDPOINT", None),
        access_key=env.str("AWS_ACCESS_KEY_ID", None),
        secret_key=env.str("AWS_SECRET_ACCESS_KEY", None),
    ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "moderation.runtime.static_files.HashedStaticFiles"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a form with two hundred routing rules has about six thousand

# --- worker notifications and logs ----------------------------------------------------------------------------
CELERY_BROKER_URL, _through_sentinels = celery_broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {**BROKER_TIMEOUTS, **_through_sentinels}  # noqa: F405 - of fixed_settings
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
LOG_FORMAT = env.str("LOG_FORMAT", "text", validate=OneOf(("text", "json")))
LOG_EACH = env.bool("LOG_EACH", False)  # a line for each request, picture and attempt too
LOGGING = log_configuration(LOG_FORMAT)
tracing.is_wanted()  # refuses to start where it is asked for and not installed
logging.captureWarnings(LOG_FORMAT == "json")

# --- checked together: settings that are unsafe with real data --------------------------------------------------
INSECURE_OK: list[str] = env.list("INSECURE_OK", [])  # names of settings that are accepted although they are not safe
refuse_insecure(
    Given(SECRET_KEY, DEBUG, ALLOWED_HOSTS, HTTPS, OUTBOUND_ALLOWED_NETWORKS),
    accepted=INSECURE_OK,
    foreign_database=not EMBEDDED_POSTGRES,
)
