"""A decoder whose children do something else: what a picture could make them do that found a way in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from moderation.media import decoder_server

_SERVE = Path(decoder_server.__file__).with_name("decoder") / "serve.py"
_SERVER = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("serve", {serve!r})
serve = importlib.util.module_from_spec(spec)
spec.loader.exec_module(serve)
def work(arguments):
    sys.argv = ["child", *arguments]
    try:
        exec({code!r}, {{"__name__": "__main__"}})
    except SystemExit as ended:
        os._exit(ended.code)
    sys.stdout.flush()
    os._exit(0)
serve.work = work
serve.main()
"""


def taken_over_by(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a child runs this instead. Its server is a new one: use with the fixture `own_servers`."""
    decoder_server.end()
    server = _SERVER.format(serve=str(_SERVE), code=code)
    monkeypatch.setattr(decoder_server, "_COMMAND", (sys.executable, "-I", "-c", server))
