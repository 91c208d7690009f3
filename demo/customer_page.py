"""The page on which the demo's customer shows the received webhooks."""

from __future__ import annotations

import html
import json
from typing import Any

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Demo customer</title>
<style>
  :root {{ color-scheme: light dark; font: 14px/20px system-ui, sans-serif }}
  body {{ max-width: 1100px; margin: 24px auto; padding: 0 16px }}
  table {{ border-collapse: collapse; width: 100% }}
  th, td {{ text-align: left; padding: 8px 16px 8px 0; border-bottom: 1px solid #8884; vertical-align: top }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px }}
</style>
<h1>Demo customer</h1>
<p>A stand-in for the platform. It serves the pictures its users uploaded, and below is what Second Look told it, newest
first; each signature was checked with the public <code>standardwebhooks</code> package. Decide a case and wait for the
undo window.</p>
<table><tr><th>At</th><th>Event</th><th>Verdict</th><th>requestId</th><th>Signature</th></tr>
{rows}
</table>
<p>{count}</p>
</html>
"""
_ROW = """<tr><td>{at}</td><td>{event}</td><td>{verdict}</td>
<td><details><summary>{request_id}</summary><pre>{body}</pre></details></td><td>{signature}</td></tr>"""


def page(arrived: list[dict[str, Any]]) -> str:
    """The received webhooks, newest first. All of the text is from outside, so all of it is escaped."""
    count = f"{len(arrived)} shown." if arrived else "Nothing has arrived yet."
    return _PAGE.format(rows="\n".join(map(_row, arrived)), count=count)


def _row(line: dict[str, Any]) -> str:
    event, data = _event(line["body"])
    label = "/".join(str(data[name]) for name in ("riskLabel1", "riskLabel2", "riskLabel3") if data.get(name))
    shown = {
        "at": line["at"],
        "event": event,
        "verdict": f"{data.get('riskLevel', '')} {label}",
        "request_id": data.get("requestId", ""),
        "body": line["body"],
        "signature": "✓ verified" if line["verified"] else f"✕ {line['why']}",
    }
    return _ROW.format(**{name: html.escape(str(value)) for name, value in shown.items()})


def _event(body: str) -> tuple[str, dict[str, Any]]:
    try:
        event = json.loads(body)
        return str(event["type"]), dict(event["data"])
    except (ValueError, KeyError, TypeError):
        return "?", {}
