"""What somebody does with mouse and keyboard, counted."""

from playwright.sync_api import Locator, Page


class Hands:
    """Mouse and keyboard at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.keys = self.pastes = 0

    def click(self, what: Locator) -> None:
        """Click once."""
        what.click()
        self.clicks += 1

    def click_to(self, what: Locator) -> None:
        """Click with Shift held down: all from the last click to here."""
        what.click(modifiers=["Shift"])
        self.clicks += 1
        self.keys += 1

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, words: str) -> None:
        """Press a key for each letter."""
        for letter in words:
            self.page.keyboard.press(letter)
            self.keys += 1

    def paste(self, words: str) -> None:
        """Press Ctrl+V; what is in the clipboard was copied elsewhere."""
        self.page.evaluate("(words) => navigator.clipboard.writeText(words)", words)
        self.page.keyboard.press("Control+V")
        self.pastes += 1
