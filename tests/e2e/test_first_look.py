"""The first look of the catalogue, drawn before the framework has come, is what stays."""

import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from models import Category, Picture, Shop
from services import picture_files
from tests.e2e import axe, buying, seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import DESKTOP, PHONE, Person, settle, visit
from tests.e2e.shop_process import ShopProcess, running_shop

FRAMEWORK = "**/_nicegui/**/*js"
HOSTILE = '</script><img src=x onerror="window.hit = 1">&lt;b&gt; "Saw" & \'Söhne\' {{ 1 }} ${1}'
PATHS = (
    "/",
    "/?q=hammer",
    "/?q=hamer&option.Colour=red&option.Colour=green&stock=1",
    "/?category=Cutting",
    "/?sort=name&page=2",
)
MOST_SHIFT = 0.02
# Each element that can be seen on the screen: where it stands, and all that it says.
SEEN = """
    (root) => [...document.querySelectorAll(`${root} *`)].flatMap((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        if (!element.checkVisibility() || width < 2 || height < 2 || y > innerHeight || x > innerWidth) return [];
        const named = ["label", "current", "hidden", "disabled"].map((name) => `aria-${name}`);
        const said = ["href", "src", "title", ...named, "tabindex", "type"];
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
        return [[
            element.tagName, element.className, element.scrollLeft,
            [x, y, x + width, Math.min(y + height, innerHeight)].map(Math.round),
            own.map((node) => node.data).join("").trim(), element.value ?? null,
            said.map((name) => element.getAttribute(name)),
        ]];
    })
"""
WATCH = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


WITHHELD = "Object.defineProperty(window, 'firstLook', { value: new Promise((seen) => (window.see = seen)) });"
NO_FRAMES = """
    const frame = window.requestAnimationFrame;
    window.requestAnimationFrame = (draw) => (window.Quasar ? frame(draw) : 0);
"""
NOBODY_LOOKS = "Object.defineProperty(document, 'hidden', { get: () => true });"
AT_FIRST = """
    new MutationObserver((_changes, observer) => {
        const picture = document.querySelector("#first-look img");
        if (!picture) return;
        observer.disconnect();
        window.pictureAtFirst = getComputedStyle(picture).visibility;
        window.cardsAtFirst = document.querySelectorAll("#first-look .card").length;
    }).observe(document, { childList: true, subtree: true });
"""
LONG_ENOUGH_MS = 300


async def more() -> None:
    """Categories, a picture, what the list can be narrowed by, and texts that look like markup."""
    cutting = await Category.create(path="Cutting", name=HOSTILE)
    pictured = await seeding.product("A-1", HOSTILE, "1234.5", category=cutting, unit=HOSTILE[:40])
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#3366aa").save(picture, "WEBP")
    await Picture.create(product=pictured, file=picture_files.keep(picture.getvalue(), picture.getvalue()))
    for number in range(33):
        options = {"Colour": ("red", "green", "blue", HOSTILE)[number % 4], "Length": f"{number} mm"}
        name, price = f"Hammer {number:02}", "7" if number % 5 else None
        await seeding.product(f"HA-{number:02}", name, price, options=options, stock=number % 3, category=cutting)
    shop = await Shop.get()
    shop.cover_text = shop.away_text = f"{HOSTILE}\nAnd a second line"
    shop.away_from, shop.away_until = date(2020, 1, 1), date(2999, 1, 1)
    await shop.save()


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop with something in each part of the list."""
    prepare = partial(seeding.open_shop, and_then=more)
    with running_shop(tmp_path_factory.mktemp("shop"), prepare=prepare) as shop:
        yield shop


def first_look(person: Person, path: str) -> Page:
    """Open a page whose framework never comes."""
    person.expects("Failed to load|ERR_FAILED|module")
    person.page.route(FRAMEWORK, lambda route: route.abort())
    person.page.goto(path)
    person.page.evaluate("window.firstLook")
    person.page.unroute_all()
    return person.page


def seen(page: Page, root: str) -> list[Any]:
    return list(page.evaluate(SEEN, root))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", PATHS)
def test_what_is_drawn_first_is_what_stays(arrives: Arrivals, size: tuple[int, int], path: str) -> None:
    person = arrives(size)
    buying.put_in_cart(person.page, "HA-01")
    first = seen(first_look(person, path), "#first-look main")
    stays = seen(person.visit(path), ".nicegui-content")
    assert len([element for element in first if element[1] == "card"]) >= 1
    assert first == stays


def test_it_is_written_in_the_buyer_s_language(arrives: Arrivals) -> None:
    person = arrives()
    person.visit("/").get_by_role("button", name="Deutsch").click()
    expect(person.page.get_by_role("heading", name="Alle Produkte")).to_be_visible()
    page = first_look(person, "/")
    expect(page.get_by_role("heading", name="Alle Produkte")).to_be_visible()
    first = seen(page, "#first-look main")
    assert first == seen(person.visit("/"), ".nicegui-content")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_nothing_jumps_when_the_list_takes_its_place(arrives: Arrivals, size: tuple[int, int]) -> None:
    page = arrives(size).page
    page.add_init_script(WATCH)
    for path in PATHS:
        visit(page, path)
        expect(page.locator("#first-look")).to_have_count(0)
        page.wait_for_timeout(150)
        assert page.evaluate("window.shifted") < MOST_SHIFT, path


def test_what_looks_like_markup_stays_text_in_it(buyer: Person) -> None:
    page = first_look(buyer, "/?q=A-1")
    expect(page.locator("#first-look .card .name").first).to_have_text(HOSTILE)
    expect(page.locator("#first-look [src=x], #first-look script")).to_have_count(0)
    assert page.evaluate("window.hit") is None


def test_its_links_work_and_what_needs_the_shop_takes_no_keyboard(buyer: Person) -> None:
    page = first_look(buyer, "/")
    assert [found for found in axe.findings(page) if "esm-fallback" not in found] == []
    expect(page.locator(":is(input, button, select):not([inert], [inert] *, [disabled])")).to_have_count(0)
    page.get_by_role("link", name="Hammer 01").click()
    page.wait_for_url("**/product/HA-01")
    settle(page)


def test_the_framework_begins_when_it_is_on_the_screen(buyer: Person) -> None:
    page = buyer.tab()
    page.add_init_script(WITHHELD)
    page.goto("/?q=A-1")
    page.wait_for_timeout(LONG_ENOUGH_MS)
    assert page.evaluate("window.Quasar") is None
    expect(page.locator("#first-look .card")).to_have_count(1)
    page.evaluate("window.see()")
    settle(page)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator("#first-look")).to_have_count(0)


def test_if_no_frame_comes_the_page_comes_all_the_same(buyer: Person) -> None:
    page = buyer.tab()
    page.add_init_script(NO_FRAMES)
    page.goto("/?q=A-1")
    expect(page.locator("#app .card")).to_have_count(1)


def test_where_nobody_looks_the_framework_does_not_wait(buyer: Person) -> None:
    page = buyer.tab()
    page.add_init_script(NOBODY_LOOKS)
    visit(page, "/?q=A-1")
    assert page.evaluate("window.firstLook") is True
    expect(page.locator("#app .card")).to_have_count(1)


@pytest.mark.parametrize("script", ["throw new Error('none')", "document.getElementById('first-look').remove()", None])
def test_without_it_the_page_comes_all_the_same(buyer: Person, script: str | None) -> None:
    buyer.expects("none|Failed to load|ERR_FAILED")

    def answer(route: Route) -> None:
        route.fulfill(body=script) if script else route.abort()

    buyer.page.route("**/first_look.js", answer)
    page = buyer.visit("/?q=A-1")
    expect(page.locator("#app .card")).to_have_count(1)
    page.unroute_all()


def test_without_the_framework_s_words_the_page_comes_all_the_same(buyer: Person) -> None:
    buyer.expects("Failed to load|ERR_FAILED")
    buyer.page.route("**/lang/*", lambda route: route.abort())
    expect(buyer.visit("/?q=A-1").locator("#app .card")).to_have_count(1)
    buyer.page.unroute_all()


def test_words_come_before_pictures_and_pictures_come(buyer: Person) -> None:
    page = buyer.tab()
    page.add_init_script(AT_FIRST)
    visit(page, "/?q=A-1")
    assert page.evaluate("window.pictureAtFirst") == "hidden"
    expect(first_look(buyer, "/?q=A-1").locator("#first-look .card img")).to_be_visible()


def test_the_last_row_does_not_hold_up_the_words_above_it(arrives: Arrivals) -> None:
    person = arrives(PHONE)
    person.page.add_init_script(AT_FIRST)
    page = first_look(person, "/")
    assert page.evaluate("window.cardsAtFirst") == 2
    expect(page.locator("#first-look .card")).to_have_count(4)


@pytest.mark.parametrize(
    ("rule", "before", "instead"),
    [("prices_for", "everybody", "Sign in to see prices"), ("prices_hidden", 0, "Price on request")],
)
def test_it_tells_no_price_that_is_hidden(
    buyer: Person, pedido: ShopProcess, rule: str, before: str | int, instead: str
) -> None:
    assert "€7" in first_look(buyer, "/").locator("#first-look").inner_text()
    pedido.write(f"UPDATE shop SET {rule} = ?", {"prices_for": "signed_in", "prices_hidden": 1}[rule])
    try:
        page = first_look(buyer, "/")
        assert instead in page.locator("#first-look .card").first.inner_text()
        assert "€" not in page.content()
        first = seen(page, "#first-look main")
        assert first == seen(buyer.visit("/"), ".nicegui-content")
    finally:
        pedido.write(f"UPDATE shop SET {rule} = ?", before)


def test_an_empty_list_has_none(buyer: Person) -> None:
    page = first_look(buyer, "/?q=qqqqqqq")
    expect(page.locator("#first-look")).to_have_count(0)
    expect(buyer.visit("/?q=qqqqqqq").get_by_text("Nothing found")).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "told"), [("de-DE", "Diese Seite braucht JavaScript"), ("en-GB", "This page needs JavaScript")]
)
def test_a_page_says_that_it_needs_scripts_where_there_are_none(
    browser: Browser, pedido: ShopProcess, locale: str, told: str
) -> None:
    with browser.new_context(base_url=pedido.address, java_script_enabled=False, locale=locale) as context:
        page = context.new_page()
        for path in ("/", "/cart"):
            page.goto(path)
            expect(page.get_by_text(told)).to_be_in_viewport()
            expect(page.get_by_text(told)).to_have_css("opacity", "1", timeout=2000)
