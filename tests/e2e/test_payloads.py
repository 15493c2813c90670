"""Two hundred texts that look like markup, in every field that pages show: none runs, in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from models import Buyer, Category, OrderEvent, Shop
from models.order import EventKind
from tests import order_rows, payloads
from tests.e2e import seeding
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import PROGRAM, ShopProcess
from tests.soak import tampered

PAYLOADS = payloads.every()
PER_PAGE = 50
LISTS = ("/desk", "/desk/products", "/desk/buyers", "/")
PAGES = ("/desk/deliveries", "/desk/exports", "/desk/audit", "/desk/parameters", "/desk/terms-of-sale", "/checkout")
PLAIN = ("/sign-in", "/legal/privacy", "/desk/account/password")


async def fill() -> None:
    """An order, a buyer and a product for each payload, which stands in all their texts; the shop's own have one."""
    for number, text in enumerate(PAYLOADS):
        await _one(number, text)
    shop = await Shop.get()
    shop.name, shop.cover_text, shop.contact, shop.price_note = (
        PAYLOADS[0][:80],
        PAYLOADS[2],
        PAYLOADS[4],
        PAYLOADS[12][:120],
    )
    await shop.save()


async def _one(number: int, text: str) -> None:
    short = text[:120]
    await Buyer.create(email=f"b{number}@sol.example", name=short, company=short, phone=text[:40], zone=text[:80])
    order = await order_rows.order(
        number=f"2026-{80000 + number}",
        name=short,
        company=short,
        phone=text[:40],
        buyer_reference=text[:80],
        comments=text,
        zone=text[:80],
        references=text,
        price_note=short,
    )
    await order_rows.line(order, sku=text[:64], name=text, unit=text[:40])
    await OrderEvent.create(order=order, kind=EventKind.NOTE, text=text, actor=short, created_at=order.created_at)
    category = await Category.create(name=short, path=short) if number < 20 else None
    await seeding.product(f"P-{number}", text, "1.00", unit=text[:40], category=category, description=short)


def pages() -> Iterator[str]:
    """Where they are shown: the pages of the lists, and some of the things themselves."""
    for path in LISTS:
        yield from (f"{path}?page={page}" for page in range(1, len(PAYLOADS) // PER_PAGE + 1))
    yield from (*PAGES, *PLAIN)
    for number in range(0, len(PAYLOADS), 10):
        yield f"/desk/orders/2026-{80000 + number}"
        yield f"/product/P-{number}"


class Watched:
    """The owner's browser, which notes whatever runs, opens or complains."""

    def __init__(self, browser: Browser, shop: ShopProcess) -> None:
        self.person = Person(browser, shop.address)
        seeding.let_in(self.person.context, shop)
        self.hits: list[str] = []
        self.at = ""
        self.person.context.expose_function("hit", lambda *_a: self.hits.append(self.at))
        self.person.page.on("dialog", self._dialog)

    def _dialog(self, dialog: object) -> None:
        self.hits.append(f"{self.at}: {dialog}")

    def look(self, path: str) -> Page:
        """Open a page and let its scripts come to rest."""
        self.at = path
        page = self.person.page
        page.goto(path)
        if page.locator("#app").count():
            settle(page)
        return page


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., ShopProcess]]:
    """Start a shop full of payloads."""
    started: list[ShopProcess] = []

    def start(program: Any = PROGRAM) -> ShopProcess:
        shop = ShopProcess(tmp_path, program=program)
        seeding.open_shop(shop, and_then=fill)
        shop.start()
        started.append(shop)
        return shop

    yield start
    for shop in started:
        shop.kill()


def test_no_text_runs_wherever_it_is_shown(browser: Browser, running: Callable[..., ShopProcess]) -> None:
    shop = running()
    watched = Watched(browser, shop)
    with watched.person:
        shown = sum("hit(1)" in watched.look(path).locator("body").inner_text() for path in pages())
    assert watched.hits == []
    assert watched.person.complaints == []
    assert shown >= 40, "the payloads are there to be read"
    assert not shop.trouble()


def test_a_page_that_takes_text_for_markup_is_noticed(browser: Browser, running: Callable[..., ShopProcess]) -> None:
    """The control: plain pages escape nothing, and allow every script."""
    watched = Watched(browser, running(tampered.program(trusting_texts)))
    with watched.person:
        watched.look("/sign-in")
        watched.person.page.wait_for_timeout(300)
    assert watched.hits


def trusting_texts() -> None:
    """Plain pages take every text for markup."""
    from pages import plain  # noqa: PLC0415 - in the program's process

    plain._environment.autoescape = False
    plain._headers = lambda _shop: {}  # type: ignore[assignment] # the guard is taken out
    from pages import http  # noqa: PLC0415 - as above

    http.SECURITY_HEADERS.pop("content-security-policy")
