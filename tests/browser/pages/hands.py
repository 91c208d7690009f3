"""What a person does on a page, once with the mouse and once with nothing but the keyboard."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Keyboard as Keys
from playwright.sync_api import Locator

FURTHEST = 250  # presses of Tab from anywhere on a page to anywhere else on it
HAS_FOCUS = "element => element === document.activeElement"


class Hands(Protocol):
    def press(self, wanted: Locator) -> None:
        """A link or a button."""

    def write(self, field: Locator, text: str) -> None:
        """`text` instead of what the field holds."""

    def tick(self, box: Locator, *, on: bool = True) -> None:
        """A checkbox is on, or off."""

    def choose(self, select: Locator, words: str) -> None:
        """The choice of a list that begins with these words."""


class Mouse:
    def press(self, wanted: Locator) -> None:
        wanted.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def tick(self, box: Locator, *, on: bool = True) -> None:
        box.set_checked(on)

    def choose(self, select: Locator, words: str) -> None:
        select.select_option(label=words)


class Keyboard:
    def press(self, wanted: Locator) -> None:
        _go_to(wanted).press("Enter")

    def write(self, field: Locator, text: str) -> None:
        keyboard = _go_to(field)
        keyboard.press("Control+a")
        keyboard.type(text)

    def tick(self, box: Locator, *, on: bool = True) -> None:
        if box.is_checked() != on:
            _go_to(box).press("Space")

    def choose(self, select: Locator, words: str) -> None:
        _go_to(select).type(words)


def _go_to(wanted: Locator) -> Keys:
    """Press Tab until it has the focus, as who cannot see where it is would."""
    wanted.wait_for()
    keyboard = wanted.page.keyboard
    for _ in range(FURTHEST):
        if wanted.evaluate(HAS_FOCUS):
            return keyboard
        keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")
