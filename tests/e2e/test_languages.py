"""Languages in a real browser: a choice holds on every page, and no page says a word that cannot be translated."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import order_rows
from tests.e2e import marked, people, seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.soak import tampered

PAGES = ("/", "/?q=rule", "/product/GL-M", "/cart", "/checkout", "/quick-order", "/sign-in", "/legal/terms", "/nowhere")
DESK = (
    "/desk",
    "/desk/orders/2026-70001",
    "/desk/products",
    "/desk/products/1",
    "/desk/import",
    "/desk/buyers",
    "/desk/deliveries",
    "/desk/exports",
    "/desk/audit",
    "/desk/terms-of-sale",
    "/desk/parameters",
    "/desk/account",
    "/desk/account/password",
)
# What people read or hear on a page: its words, and those of its attributes.
SAID = """() => {
  const CODE = "script, noscript, style, template, textarea, option, pre";
  const UNSAID = `${CODE}, .languages, .mono, .prose, .nicegui-error-popup`;
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const parent = node.parentElement;
    if (!parent.closest(UNSAID)) said.push(node.data);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"]) said.push(element.getAttribute(name) || "");
  return said;
}"""
OF_THE_SHOP = re.compile(  # its own words, and what is the same in all languages
    r"Norte|Tools|Folding|rule|Screwdriver|Japanese|saw|Wood|screws?|Work|gloves|piece|Size|Marta|Gil|Ferreter\w*|Sol|Norte|GL|EUR"
    r"|[\w.+-]+@[\w.-]+|#\w+|\S+\.\w{2,4}\b|PEDIDO_\w+|https?:\S+|\b(Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\b"
    r"|English|Español|Deutsch|Français|[A-Z]{2,5}(-\w+)?\b|Europe / \w+|Firefox|Chromium|Chrome|Linux|MB|language"
)
WORD = re.compile(r"[^\W\d_]{3,}")
INNERMOST = re.compile(f"{marked.BEGIN}[^{marked.BEGIN}{marked.END}]*{marked.END}")


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop in which every sentence is marked."""

    async def order() -> None:
        written = await order_rows.order(number="2026-70001", company="Ferretería Sol", email="marta@sol.example")
        await order_rows.line(written)

    folder = tmp_path_factory.mktemp("marked")
    with running_shop(
        folder,
        program=tampered.program(marked.every_sentence),
        prepare=lambda shop: seeding.open_shop(shop, and_then=order),
    ) as shop:
        yield shop


def unmarked(texts: list[str]) -> list[str]:
    """Of these texts, those with words that did not come out of a catalogue."""
    found = []
    for text in texts:
        left = text
        while INNERMOST.search(left):
            left = INNERMOST.sub(" ", left)
        if WORD.search(OF_THE_SHOP.sub(" ", left)):
            found.append(" ".join(text.split()))
    return found


def said_on(page: Page) -> list[str]:
    page.wait_for_function("document.body.innerText.length > 20")
    return [text for text in page.evaluate(SAID) if text.strip()]


@pytest.mark.parametrize("side", ["shop", "desk"])
def test_no_page_says_a_word_that_cannot_be_translated(seller: Person, side: str) -> None:
    seller.expects("404")  # nothing is nowhere
    for path in PAGES if side == "shop" else DESK:
        told = said_on(seller.visit(path))
        assert len(told) > 3, path
        assert unmarked(told) == [], path


def test_a_word_that_cannot_is_seen() -> None:
    told = ["⟦Cart⟧", "⟦Download ⟦3 orders⟧⟧ · Norte Tools", "⟦Cart⟧ is empty", "orders"]
    assert unmarked(told) == ["⟦Cart⟧ is empty", "orders"]


def test_a_choice_holds_in_shop_and_desk_and_on_the_sellers_other_devices(
    seller: Person, arrives: Arrivals, pedido: ShopProcess
) -> None:
    page = seller.visit("/?q=rule")
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.url.endswith("/?q=rule")
    expect(page.get_by_role("button", name="Deutsch")).to_have_attribute("aria-current", "true")
    expect(seller.visit("/desk").locator("html")).to_have_attribute("lang", "de")
    other = arrives(people.PHONE)
    expect(other.visit("/sign-in").locator("html")).to_have_attribute("lang", "en")
    seeding.let_in(other.context, pedido)
    expect(other.visit("/desk").locator("html")).to_have_attribute("lang", "de")
