"""Nothing jumps while a page comes, and what is live takes nobody's place at the keyboard away."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import buying
from tests.e2e.conftest import Arrivals
from tests.e2e.people import DESKTOP, PHONE, Person, visit

MOST_SHIFT = 0.1  # what counts as good (Core Web Vitals)
WATCH = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""
JUMP = """() => new Promise((done) => {
    const banner = document.createElement("div");
    banner.style.height = "300px";
    document.querySelector("main").prepend(banner);
    setTimeout(() => done(window.shifted), 200);
})"""


def shift(page: Page, path: str) -> float:
    """How much what is seen of a page jumps about until all of it is there."""
    visit(page, path)
    page.wait_for_function("[...document.images].every((image) => image.complete || image.loading === 'lazy')")
    page.wait_for_timeout(150)
    return float(page.evaluate("window.shifted"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_page_jumps_while_it_comes(arrives: Arrivals, size: tuple[int, int]) -> None:
    page = arrives(size).page
    page.add_init_script(WATCH)
    for path in ("/", "/product/SAW-240", "/product/GL", "/quick-order", "/cart"):
        assert shift(page, path) < MOST_SHIFT, path
    assert page.evaluate(JUMP) > MOST_SHIFT


def test_a_change_in_another_tab_is_said_and_leaves_the_keyboard_where_it_is(buyer: Person) -> None:
    buying.put_in_cart(buyer.page, "FR-200")
    cart = buyer.visit("/cart")
    quantity = cart.get_by_role("textbox", name=re.compile("Folding rule"))
    quantity.focus()
    buying.put_in_cart(buyer.tab(), "SAW-240")
    expect(cart.get_by_role("textbox", name=re.compile("Japanese saw"))).to_be_visible()
    expect(cart.locator(".cart-box [aria-live]")).to_have_text("Cart, 2 products, €31.20")
    expect(quantity).to_be_focused()


def test_before_its_program_has_come_a_page_shows_its_sketch_and_then_initials_for_pictures(buyer: Person) -> None:
    buyer.expects("Failed to load|ERR_FAILED")
    buyer.page.route("**/*.js", lambda route: route.abort())
    buyer.page.goto("/", wait_until="commit")
    sketch = "body => getComputedStyle(body, '::before').position"
    assert buyer.page.locator("body").evaluate(sketch) == "fixed"
    buyer.page.unroute_all()
    page = buyer.visit("/")
    assert page.locator("body").evaluate(sketch) == "static"
    expect(page.locator(".card").filter(has_text="SAW-240").locator(".pic")).to_have_text("JS")
