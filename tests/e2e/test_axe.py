"""axe finds nothing on any page of the shop and of the desk: on a wide screen and on a phone, light and dark."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from models import Buyer, MessageStatus, Protocol, TransferTarget, Trigger, Verification
from tests import order_rows, scene
from tests.e2e import axe, seeding
from tests.e2e.people import DESKTOP, PHONE, Person
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.every_page import BUYER, SELLER, UNKNOWN, VIEWS
from tests.scene import Scene

# No colour depends on the size of the screen, so two looks see all: four would cost a minute.
LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"]], ...] = ((DESKTOP, "light"), (PHONE, "dark"))


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """What there is to see in the module's shop, once it runs."""
    return []


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, scenes: list[Scene]) -> Iterator[ShopProcess]:
    """A shop with something on every page."""

    async def fill() -> None:
        await _write_orders()
        scenes.append(await scene.set_scene(word="saw"))

    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, prepare=lambda shop: seeding.open_shop(shop, and_then=fill)) as shop:
        yield shop


async def _write_orders() -> None:
    buyer = await Buyer.create(email="marta@sol.example", name="Marta Gil", company="Ferretería Sol S.L.")
    order = await order_rows.order(verification=Verification.VERIFIED, buyer_id=buyer.id, comments="By the back door")
    for one in (order, await order_rows.order(email="other@sol.example")):
        await order_rows.line(one, unit_price="6.40", line_total=7680)
    await order_rows.message(order, MessageStatus.FAILED)
    await TransferTarget.create(
        name="ERP", protocol=Protocol.SFTP, host="127.0.0.1", port=9, username="erp", trigger=Trigger.BY_HAND
    )
    await seeding.product("OLD-1", "Old rule", "3.00")


@pytest.mark.parametrize("who", [UNKNOWN, BUYER, SELLER])
def test_axe_finds_nothing_on_any_page(who: str, buyer: Person, pedido: ShopProcess, scenes: list[Scene]) -> None:
    [there] = scenes
    cookies = there.cookies[who].items()
    buyer.context.add_cookies([{"name": name, "value": value, "url": pedido.address} for name, value in cookies])
    buyer.expects("status of 4(04|10)")
    found = []
    for view in VIEWS:
        if view.who == who:
            buyer.visit(view.path(there.places))
            found += [f"{view.name}, {look}" for look in looks(buyer.page)]
    assert not found, "\n".join(found)


def looks(page: Page, before: Callable[[], None] = lambda: None) -> list[str]:
    """What axe finds on the page in front, however it is looked at, each time after `before`."""
    found = []
    for (width, height), colours in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        before()
        found += [f"{width} px, {colours}: {finding}" for finding in axe.findings(page)]
    return found


# The dialogs that open on a page: who has it in front of them, where, and what is pressed.
OPENED = (
    (BUYER, "/cart", "Save as list"),
    (BUYER, "/account/lists/{list}", "Delete"),
    (SELLER, "/desk/orders/{unverified}", "Confirm order processing"),
    (SELLER, "/desk/orders/{order}", "Send to FTP/SFTP"),
    (SELLER, "/desk/groups/{group}", "New price"),
    (SELLER, "/desk/buyers/{buyer}", "Group"),
)


@pytest.mark.parametrize("who", [BUYER, SELLER])
def test_axe_finds_nothing_in_the_dialogs_of_a_page(
    who: str, buyer: Person, pedido: ShopProcess, scenes: list[Scene]
) -> None:
    [there] = scenes
    cookies = there.cookies[who].items()
    buyer.context.add_cookies([{"name": name, "value": value, "url": pedido.address} for name, value in cookies])
    page, found = buyer.page, []
    for owner, address, button in OPENED:
        if owner == who:
            buyer.visit(address.format_map(there.places))
            page.get_by_role("button", name=button, exact=True).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            found += [f"{address}, {button}, {look}" for look in looks(page)]
    assert not found, "\n".join(found)


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
CONTRAST = """
    (toast) => {
        const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        const light = (colour) => {
            const [r, g, b] = colour.match(/[0-9.]+/g).map((sign) => part(Number(sign)));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        const words = getComputedStyle(toast.querySelector(".q-notification__message")).color;
        const [dark, bright] = [light(words), light(getComputedStyle(toast).backgroundColor)].sort((a, b) => a - b);
        return bright / dark;
    }
"""


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_what_is_told_for_a_moment_can_be_read(buyer: Person, colours: Literal["light", "dark"]) -> None:
    page = buyer.page
    page.emulate_media(color_scheme=colours)
    buyer.visit("/cart?code=NOPE")
    bad = page.locator(".toast", has_text="“NOPE” is not known here")
    assert bad.evaluate(CONTRAST) >= 4.5  # axe leaves out what has a sign before it
    buyer.visit("/product/WS-440")
    page.get_by_role("textbox", name="Quantity").fill("7")
    page.get_by_role("textbox", name="Quantity").press("Enter")
    page.get_by_role("button", name="Add to cart").click()
    assert page.locator(".toast", has_text="7 became 500").evaluate(CONTRAST) >= 4.5


def test_axe_finds_nothing_in_suggestions_filters_and_a_read_list(buyer: Person) -> None:
    page = buyer.visit("/")
    search = page.get_by_role("combobox", name="Search")
    search.press_sequentially("saw")
    found = looks(page, lambda: expect(page.get_by_role("grid")).to_be_visible())
    search.press("Escape")

    def open_filters() -> None:
        page.evaluate(TWO_FRAMES)  # until the page knows how wide it is now
        if page.get_by_text("Size").is_hidden():
            page.locator("summary").click()
        expect(page.get_by_text("Size")).to_be_visible()

    found += looks(page, open_filters)
    page = buyer.visit("/quick-order")
    page.get_by_label("Paste a list").fill("SAW-240;2\nSAV-240;1\nGL;3\nXYZZY;1")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Did you mean")).to_be_visible()
    found += looks(page)
    assert not found, "\n".join(found)


def test_a_picture_without_words_and_a_pale_word_are_found(buyer: Person) -> None:
    page = buyer.visit("/cart")
    page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend", `
        <style>@media (prefers-color-scheme: dark) { #pale { color: #444; background: #333; } }</style>
        <img src="/favicon.ico"><p id="pale">pale</p>`)""")
    found = "\n".join(looks(page))
    assert "1280 px, light: image-alt" in found
    assert "390 px, dark: color-contrast" in found
    assert "1280 px, light: color-contrast" not in found
