"""How a person works a page: with the mouse, or with nothing but the keyboard."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, expect

MOST_TABS = 300  # until everything of a page had the focus


class Hands(Protocol):
    def press(self, what: Locator) -> None:
        """A link, a button, a box or a summary."""

    def write(self, field: Locator, text: str) -> None:
        """In place of what stands there."""

    def choose(self, field: Locator, option: str) -> None:
        """Of a list, by its name."""


class Mouse:
    def press(self, what: Locator) -> None:
        what.click()

    def write(self, field: Locator, text: str) -> None:
        field.click()
        field.fill(text)

    def choose(self, field: Locator, option: str) -> None:
        field.select_option(label=option)


class Keyboard:
    """Tab to it, then Enter, space or letters. What cannot be reached by Tab fails."""

    def press(self, what: Locator) -> None:
        self._reach(what)
        is_box = what.evaluate("one => one.matches('input[type=checkbox], input[type=radio]')")
        what.page.keyboard.press("Space" if is_box else "Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        field.page.keyboard.press("ControlOrMeta+a")
        field.page.keyboard.type(text)

    def choose(self, field: Locator, option: str) -> None:
        self._reach(field)
        field.page.keyboard.type(option)

    def _reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(MOST_TABS):
            if what.evaluate("one => one === document.activeElement"):
                return
            what.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {what}")
