"""What the tests in a real browser share: one Chromium, one mail server and one running shop for each module."""

from collections.abc import Callable, Generator, Iterator
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import people, seeding
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.servers import SmtpTestServer, smtp_server

Arrives = Callable[..., Person]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium of all people; closed before other packages' tests need an event loop."""
    with sync_playwright() as playwright:
        launched = people.launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def post() -> Iterator[SmtpTestServer]:
    """The mail server of this module's shop."""
    with smtp_server() as server:
        yield server


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """The running shop of this module: set up, with a few products, and a mail server."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{post.port}", prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture
def arrives(browser: Browser, pedido: ShopProcess) -> Iterator[Arrives]:
    """Call it for each person who comes to the shop; nothing may have gone wrong in their browsers at the end."""
    present: list[Person] = []

    def arrive(**how: Any) -> Person:
        person = Person(browser, pedido.address, **how)
        present.append(person)
        return person

    yield arrive
    for person in present:
        person.context.close()
    assert [text for person in present for text in person.unexpected] == []


@pytest.fixture
def buyer(arrives: Arrives) -> Person:
    """Somebody nobody knows yet."""
    return arrives()


@pytest.fixture
def seller(arrives: Arrives, pedido: ShopProcess) -> Person:
    """The owner, signed in to the desk."""
    person = arrives()
    person.context.add_cookies([{"name": "pedido_desk", "value": pedido.owner_token, "url": pedido.address}])
    return person


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the program wrote when a test with a running shop fails."""
    report = yield
    shop = cast("dict[str, object]", getattr(item, "funcargs", {})).get("pedido")
    if report.failed and isinstance(shop, ShopProcess):
        report.sections.append(("the program's log", shop.log[-8000:]))
    return report
