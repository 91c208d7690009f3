"""Settings that are the same in every installation: what Django and its libraries are told about this product.

`moderation.settings` takes all of them over, beside those that the environment decides.
"""

from __future__ import annotations

import csp.constants as csp
from django.utils.translation import gettext_lazy as _

# --- Django ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",  # before django.contrib.auth: its createsuperuser is ours
    "django.contrib.admin.apps.SimpleAdminConfig",  # its pages are there with DJANGO_ADMIN alone
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "moderation.apps.StaticFiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_prometheus",
    "moderation.apps.ModerationConfig",
    "review",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "moderation.middleware.DatabaseUnavailable",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "moderation.middleware.PermissionsPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "moderation.middleware.NotStored",
    "moderation.middleware.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "moderation.middleware.CheckHost",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.auth.language.InReadersLanguage",
    "accounts.auth.zone.InReadersZone",
    "accounts.auth.presence.LastSeen",
    "accounts.auth.second_factor_first.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "moderation.middleware.SignInOnAWholePage",
    "allauth.account.middleware.AccountMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Machines authenticate with keys and read JSON: the middleware for sessions, languages and forms would cost each of
# their calls a fifth of a millisecond (see wsgi.py).
MACHINE_PATHS = ("/api/v1/", "/callbacks/", "/image/v4", "/images/v4", "/v4/image/query", "/v1/image/check")
MACHINE_MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "moderation.middleware.DatabaseUnavailable",
    "moderation.middleware.InEnglish",
    "moderation.middleware.NotStored",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
# Of /healthz: a process under load is late by every turn of Python's lock that an answer needs.
MONITOR_MIDDLEWARE = ["moderation.middleware.NotStored"]

ROOT_URLCONF = "moderation.urls"
WSGI_APPLICATION = "moderation.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits of changing a password and the like; in PostgreSQL, so that an absent Redis stops nobody.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Functions that are called from below: for new cases, ready pictures, changed access, people who join, mail to send;
# and to know which queues a policy may name, and how long people take for a case in each.
CASE_HANDOVER = "review.workflow.enqueue.take_in"
PICTURE_HANDOVER = "review.workflow.grouping.gather"
PERSON_HANDOVER = "review.workflow.leavers.access_changed"
INVITATION_HANDOVER = "review.queues.person_queues.join"
MAIL_HANDOVER = "moderation.tasks.mail_waits"
CALLS_HANDOVER = "moderation.gateway.asynchronous.work_due"
POLICY_QUEUES = "review.policy_editor.versions.queues"
REPLAY_QUEUES = "review.policy_editor.handling.queues"

# --- people and sessions --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.auth.login.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.auth.password_strength.NotTooSimple"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators create the accounts; sign-up is closed
ACCOUNT_ADAPTER = "accounts.auth.login.InvitationOnly"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_TIMEOUT = 10
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Second Look: "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger cannot have us write to anybody
PASSWORD_RESET_TIMEOUT = 3600
# Second factors: apps with codes, passkeys, recovery codes. Which role needs one is set on the page of people.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.auth.second_factor_adapter.SealedFactors"
MFA_FORMS = {
    "authenticate": "accounts.auth.second_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.auth.second_factor_forms.ReauthenticateForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators give the addresses
MFA_TOTP_TOLERANCE = 0  # a code is remembered as used for its half minute; accepted longer, it could be used again
SEAL, UNSEAL = "moderation.runtime.encryption.seal", "moderation.runtime.encryption.unseal"
SIGN_ON_EXCHANGE = "moderation.outbound.sign_on.exchange_once"
SOCIALACCOUNT_ADAPTER = "accounts.auth.single_sign_on.OfTheOrganisation"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "review:board"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Wrong passwords are counted by accounts/auth/guesses.py, by device, account and address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
SESSION_ENGINE = "accounts.auth.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "moderation.csrf_failure.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "form-action": [csp.SELF],
        "base-uri": [csp.NONE],
        "frame-ancestors": [csp.NONE],
    }
}

# --- languages and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # of the browser, not of the person: the login page is in it too
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- the JSON calls -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["moderation.api.rendering.ExactJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "moderation.api.rendering.AnswersAnyway",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.rate_limits.throttling.KeyRate"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],  # a view must allow more explicitly
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "moderation.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Second Look",
    "DESCRIPTION": "Human review for machine-moderated images.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["moderation.api.openapi.every_method"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "moderation.api.openapi.with_problems",
        "review.api.responses.with_answers",
    ],
    "ENUM_NAME_OVERRIDES": {
        "VerdictEnum": "review.models.Verdict",
        "LabelVerdictEnum": ["confirmed", "wrong", "absent"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Celery: worker notifications. Every task is idempotent and reads from PostgreSQL what there is to do --------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis for as long as it takes
CELERY_TASK_TIME_LIMIT = 120
# A dead broker may cost a request half a second at most; maintenance finds work whose notification was lost.
BROKER_TIMEOUTS = {"socket_connect_timeout": 0.3, "socket_timeout": 5, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
# Imported where they are first needed; a worker loads them before it forks, for its children to share.
LOADED_BEFORE_FORK = ("moderation.webhooks.deliver", "review.maintenance")
CELERY_BEAT_SCHEDULE = {
    "deliver-due": {"task": "moderation.deliver_due", "schedule": 1.0, "options": {"expires": 5}},
    "maintain": {"task": "review.maintain", "schedule": 5.0, "kwargs": {"beat": True}, "options": {"expires": 10}},
}
