"""axe finds nothing on any page of the shop and of the desk: on a wide screen and on a phone, light and dark."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page

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


def looks(page: Page) -> list[str]:
    """What axe finds on the page in front, however it is looked at."""
    found = []
    for (width, height), colours in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        found += [f"{width} px, {colours}: {finding}" for finding in axe.findings(page)]
    return found


def test_a_picture_without_words_and_a_pale_word_are_found(buyer: Person) -> None:
    page = buyer.visit("/cart")
    page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend", `
        <style>@media (prefers-color-scheme: dark) { #pale { color: #444; background: #333; } }</style>
        <img src="/favicon.ico"><p id="pale">pale</p>`)""")
    found = "\n".join(looks(page))
    assert "1280 px, light: image-alt" in found
    assert "390 px, dark: color-contrast" in found
    assert "1280 px, light: color-contrast" not in found
