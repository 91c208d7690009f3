"""Read our pages as a browser does: what a form would send, and what the content security policy would block."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

Attributes = list[tuple[str, str | None]]


def submit(client: Client, url: str, form_id: str, changes: dict[str, Any] | None = None) -> Any:
    """Open the page, change some fields of the form and send it. A field changed to None is not sent."""
    opened = client.get(url)
    assert opened.status_code == 200, opened.content
    sent = fields(opened.content.decode(), form_id) | (changes or {})
    return client.post(url, {name: value for name, value in sent.items() if value is not None})


def fields(html: str, form_id: str) -> dict[str, list[str]]:
    """What the form would send as it stands."""
    reader = _Fields(form_id)
    reader.feed(html)
    assert reader.found, f"no form {form_id}"
    return reader.values


def inline_code(html: str) -> list[str]:
    """Every script, style and handler written into the page itself, or into a part of one."""
    reader = _InlineCode()
    reader.feed(html)
    assert reader.tags, f"no page: {html[:200]!r}"  # for example the body of a redirect
    return reader.found


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.found, self.inside = form_id, False, False
        self.values: dict[str, list[str]] = {}
        self.select = ""
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "form":
            self.inside = has.get("id") == self.form_id
            self.found = self.found or self.inside
        elif not self.inside:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in has:
            self._add(self.select, has.get("value"))
        elif tag == "textarea":
            self.textarea = name
            self._add(name, "")
        elif tag == "input" and name and self._is_sent(has):
            self._add(name, has.get("value") or ("on" if has.get("type") == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea][-1] += data.removeprefix("\n")

    @staticmethod
    def _is_sent(has: dict[str, str | None]) -> bool:
        kind = has.get("type")
        return kind != "submit" and (kind not in ("checkbox", "radio") or "checked" in has)

    def _add(self, name: str, value: str | None) -> None:
        self.values.setdefault(name, []).append(value or "")


class _InlineCode(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.tags += 1
        has = dict(attrs)
        is_code = tag == "script" and "src" not in has and has.get("type") != "application/json"
        handlers = [name for name in has if name == "style" or name.startswith("on")]
        links = [value for value in has.values() if (value or "").strip().lower().startswith("javascript:")]
        if is_code or tag == "style" or handlers or links:
            self.found.append(self.get_starttag_text() or tag)
