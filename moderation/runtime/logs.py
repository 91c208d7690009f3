"""Write log lines as text for people or JSON for machines (LOG_FORMAT), without the secrets in URLs."""

from __future__ import annotations

import json
import logging
import os
import re
from datetime import UTC, datetime
from typing import Any

from moderation.runtime import log_context, tracing

# A callback address is a secret, and so are the links by which people sign in, join and choose a password; Django logs
# the path of a request that failed. Access keys and signing secrets are never logged on purpose; a caller may put one
# into its address, and an error may quote it.
_SECRET = re.compile(
    r"(/callbacks/|/accounts/(?:link|invitation|password/reset/key)/)[^\s/?#\"'\\<>]+|\b(sl_|whsec_)[\w+/=-]{16,}"
)


def without_secrets(line: str) -> str:
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}[secret]", line)


TEXT = "{asctime} {levelname} {name}: {message}"


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        about = ", ".join(f"{name} {value}" for name, value in log_context.facts().items())
        return without_secrets(super().format(record) + (f" ({about})" if about else ""))


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, what it is about, the `traceId` of its span, and
    `error` when there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **log_context.facts(),
        }
        if trace_id := tracing.trace_id():
            line["traceId"] = trace_id
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(line, ensure_ascii=False))


def formatter_from_environment() -> logging.Formatter:
    """For the web server, which writes its own lines before there are settings (server_logs.json)."""
    return JsonLines() if os.environ.get("LOG_FORMAT") == "json" else TextLines(TEXT, style="{")


def log_configuration(log_format: str) -> dict[str, Any]:
    """A `logging.config` dict that writes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "moderation.runtime.logs.TextLines",
                "format": TEXT,
                "style": "{",
            },
            "json": {"()": "moderation.runtime.logs.JsonLines"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},  # it logs every notification, several a second
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
