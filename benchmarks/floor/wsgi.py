"""The baseline as a WSGI application: our settings without our middleware and URLs."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
django.setup()
settings.ROOT_URLCONF = "benchmarks.floor.intake"
settings.MIDDLEWARE = []
application = WSGIHandler()
