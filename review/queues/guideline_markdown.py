"""Render a guideline's Markdown: headings, lists, bold. Everything else in it stays text.

A heading can name labels, `## Swimwear {sexy, porn/female_nudity}`; the stage opens at the one for the task's label.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from moderation.contract.values import LabelPath
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY

_LABELS = re.compile(r"\s*\{([^{}]*)\}\s*$")
_SHOWN_AS = {"h1": "h2", "h2": "h2"}  # under the page's own heading
_BLOCKS = ("heading_open", "paragraph_open", "list_item_open")
# No rule that makes links, images or raw HTML is enabled.
_RULES = ["heading", "list", "emphasis", "escape", "newline", "hr"]
_READER = MarkdownIt("zero", {"breaks": True}).enable(_RULES)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section with its heading. `labels` are the label paths, level 1 canonical, for which it was written."""

    anchor: str
    title: str
    labels: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Guideline:
    """`html` is safe to put on a page; `version` names exactly this text, "" when there is none."""

    version: str
    html: SafeString
    sections: tuple[Section, ...]

    def section_for(self, labels: Iterable[LabelPath]) -> Section | None:
        """The section for the first of these labels that any heading names, most precise heading first."""
        for label in labels:
            path = _path(label.risk_label1, label.risk_label2, label.risk_label3)
            fits = [(len(named), one) for one in self.sections for named in one.labels if path[: len(named)] == named]
            if fits:
                return max(fits, key=lambda fit: fit[0])[1]
        return None


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text.strip() else ""


@lru_cache(maxsize=200)
def read(text: str) -> Guideline:
    tokens = _READER.parse(text)
    sections = [_section(number, *pair) for number, pair in enumerate(_headings(tokens), start=1)]
    for token in tokens:
        if token.type in _BLOCKS:
            token.attrSet("dir", "auto")
    html = str(_READER.renderer.render(tokens, _READER.options, {}))
    return Guideline(version_of(text), mark_safe(html), tuple(sections))  # noqa: S308 - the reader escapes what it reads


def _headings(tokens: list[Token]) -> Iterable[tuple[Token, Token, Token]]:
    return ((tokens[at], tokens[at + 1], tokens[at + 2]) for at, one in enumerate(tokens) if one.type == "heading_open")


def _section(number: int, opening: Token, inside: Token, closing: Token) -> Section:
    """Takes the labels out of the heading, gives it an anchor and a level that fits into a page."""
    named = _LABELS.search(inside.content)
    if named:
        inside.content = inside.content[: named.start()]
        inside.children = _READER.parseInline(inside.content)[0].children
    opening.tag = closing.tag = _SHOWN_AS.get(opening.tag, "h3")
    anchor = f"guideline-{number}"
    opening.attrSet("id", anchor)
    labels = tuple(_path(*one.split("/")) for one in (named[1] if named else "").split(",") if one.strip())
    return Section(anchor, "".join(child.content for child in inside.children or []), labels)


def _path(*levels: str) -> Path:
    """Compared without case, the first level under its canonical name."""
    first, *below = (level.strip().casefold() for level in levels)
    return (BUILT_IN_TAXONOMY.canonical(first), *(level for level in below if level))
