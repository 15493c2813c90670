"""People at their browsers: each has cookies of their own, and what goes wrong in their tabs is noted."""

import re
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, WebError
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.shop_process import somewhere

CHROMIUM = "/usr/bin/chromium-headless-shell"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]
DESKTOP = (1280, 900)
PHONE = (390, 844)
PATIENCE_MS = 10_000


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium that Debian brings, without windows: a fresh visit costs a third of the time."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


class Person:
    """Somebody at a browser. `page` is the tab in front of them; use it in a `with` block, or call `leave`."""

    def __init__(self, browser: Browser, address: str, *, size: tuple[int, int] = DESKTOP) -> None:
        width, height = size
        self.address, self.size = address, size
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            has_touch=width <= PHONE[0],
            accept_downloads=True,
            locale="en-GB",
        )
        self._sit_elsewhere()
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._listen)
        self.context.on("weberror", self._note)
        self.page = self.tab()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def tab(self, path: str = "") -> Page:
        """Open a tab, at `path` if one is given."""
        page = self.context.new_page()
        if path:
            visit(page, path)
        return page

    def visit(self, path: str) -> Page:
        """Go to an address in the tab in front and wait until the page answers to clicks."""
        visit(self.page, path)
        return self.page

    def forget(self) -> bool:
        """Become somebody else, nobody knows whom, whose tab is warm: it opens pages six times as fast as a new one.

        Returns whether that is possible; else this person is gone.
        """
        try:
            for tab in self.context.pages:
                if tab != self.page:
                    tab.close()
            self.page.unroute_all()
            self.page.goto("/health")
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            self.context.clear_cookies()
            self._sit_elsewhere()
        except PlaywrightError:
            self.context.close()
            return False
        self.complaints.clear()
        self._expected.clear()
        return True

    def _sit_elsewhere(self) -> None:
        self.context.set_extra_http_headers({"x-forwarded-for": somewhere()})  # see ShopProcess

    def expects(self, pattern: str) -> None:
        """Errors of the console that match are part of this test."""
        self._expected.append(re.compile(pattern))

    @property
    def unexpected(self) -> list[str]:
        """What went wrong in the browser, save for what was expected."""
        return [text for text in self.complaints if not any(pattern.search(text) for pattern in self._expected)]

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, error: WebError) -> None:
        self.complaints.append(f"{error.error.message}\n{error.error.stack}")


def visit(page: Page, path: str) -> None:
    """Go to an address and wait until the page answers to clicks."""
    page.goto(path)
    settle(page)


def settle(page: Page) -> None:
    """Wait until a page that has a socket is connected; a plain one is ready as it is."""
    page.wait_for_function("!document.querySelector('#app') || window.did_handshake === true")
