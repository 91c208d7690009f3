"""Whether the mail server of the settings answers, without sending anything."""

from __future__ import annotations

import smtplib
import threading

from django.core.mail.backends.smtp import EmailBackend

SECONDS = 2.0  # for all of it: the name, the connection, the greeting, the sign-in


def greet() -> str:
    """Sign in and ask for nothing (NOOP). "" when the server answers, else what went wrong."""
    wrong = [f"no answer within {SECONDS:g} s"]
    asking = threading.Thread(target=_ask, args=[wrong], name="mail-server", daemon=True)
    asking.start()
    asking.join(SECONDS)  # looking up a name has no time limit of its own
    return wrong[-1]


def _ask(wrong: list[str]) -> None:
    server = EmailBackend(timeout=int(SECONDS))
    try:
        server.open()
        code, _ = server.connection.noop() if server.connection else (0, b"")
        wrong.append("" if code == 250 else f"its answer is {code}")
    except (OSError, smtplib.SMTPException) as error:
        wrong.append(" ".join(str(error).split())[:200] or type(error).__name__)
    finally:
        server.close()
