"""What the tests in a real browser share: one Chromium, one mail server, and one running shop unless they say more."""

from collections.abc import Generator, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e import people, seeding
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.servers import SmtpTestServer, smtp_server

expect.set_options(timeout=people.PATIENCE_MS)
MOST_SHOWN = 8000  # characters of the log


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium of all people; closed before other packages' tests need an event loop."""
    with sync_playwright() as playwright:
        launched = people.launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def post() -> Iterator[SmtpTestServer]:
    """The mail server of the shops."""
    with smtp_server() as server:
        yield server


@pytest.fixture(autouse=True, scope="module")
def emptied_mailboxes(post: SmtpTestServer) -> None:
    """Shops number their orders alike: a module must not read what another's shop sent."""
    post.messages.clear()


@pytest.fixture(scope="package")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A running shop: set up, with a few products and a mail server. Modules that change more have their own."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{post.port}", prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture(autouse=True)
def no_trouble(pedido: ShopProcess) -> Iterator[None]:
    """After no test the program has told of a bug."""
    before = len(pedido.trouble())
    yield
    assert pedido.trouble()[before:] == []


class Arrivals:
    """The people who have come to a shop; call it for each. `outside` are those who wait for the next test."""

    def __init__(self, browser: Browser, address: str, outside: list[Person]) -> None:
        self._browser, self._address, self._outside = browser, address, outside
        self.present: list[Person] = []

    def __call__(self, size: tuple[int, int] = people.DESKTOP) -> Person:
        known = next((p for p in self._outside if (p.address, p.size) == (self._address, size)), None)
        if known:
            self._outside.remove(known)
        person = known or Person(self._browser, self._address, size=size)
        self.present.append(person)
        return person

    def leave(self) -> None:
        """Everybody goes; nothing may have gone wrong in their browsers."""
        complaints = [text for person in self.present for text in person.unexpected]
        self._outside += [person for person in self.present if person.forget()]
        assert complaints == []

    def describe(self) -> str:
        """What stands in front of everybody."""
        pages = [page for person in self.present for page in person.context.pages]
        return "\n\n".join(f"{page.url}\n{page.locator('body').aria_snapshot()}" for page in pages)


@pytest.fixture(scope="module")
def outside() -> Iterator[list[Person]]:
    """Who has been at the module's shop, and could come again as somebody else."""
    people_outside: list[Person] = []
    yield people_outside
    for person in people_outside:
        person.context.close()


@pytest.fixture
def arrives(browser: Browser, pedido: ShopProcess, outside: list[Person]) -> Iterator[Arrivals]:
    """Call it for each person who comes to the shop; nothing may have gone wrong in their browsers at the end."""
    arrivals = Arrivals(browser, pedido.address, outside)
    yield arrivals
    arrivals.leave()


@pytest.fixture
def buyer(arrives: Arrivals) -> Person:
    """Somebody nobody knows yet."""
    return arrives()


@pytest.fixture
def seller(arrives: Arrivals, pedido: ShopProcess) -> Person:
    """The owner, signed in to the desk."""
    person = arrives()
    seeding.let_in(person.context, pedido)
    return person


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what people saw, and what the program wrote, when a test with a running shop fails."""
    report = yield
    used: dict[str, object] = getattr(item, "funcargs", {})
    if report.failed and isinstance(shop := used.get("pedido"), ShopProcess):
        report.sections.append(("the program's log", shop.log[-MOST_SHOWN:]))
    if report.when == "call" and report.failed and isinstance(arrivals := used.get("arrives"), Arrivals):
        with suppress(PlaywrightError):  # a browser that is gone shows nothing
            report.sections.append(("what people saw", arrivals.describe()))
    return report
