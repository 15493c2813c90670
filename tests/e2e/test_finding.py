"""Products are found: suggested while somebody types, narrowed, shared, gone."""

import io
import re
from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from models import Category, Picture
from services import picture_files
from tests.e2e import buying, seeding
from tests.e2e.conftest import Arrivals
from tests.e2e.people import PHONE, Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop

HOSTILE = 'Saw "><script>alert(1)</script> & Söhne'


async def more() -> None:
    """Hammers of three colours, a product with a hostile name, and one that is no longer sold."""
    cutting = await Category.create(path="Cutting > Saws", name="Saws")
    hostile = await seeding.product("HOST", HOSTILE, "4", category=cutting, description="<p>For <b>wood</b></p>")
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#3366aa").save(picture, "WEBP")
    await Picture.create(product=hostile, file=picture_files.keep(picture.getvalue(), picture.getvalue()))
    await seeding.product("OLD", "Japanese saw, coarse", "4", category=cutting, active=False)
    for number, colour in enumerate(["red", "green", "blue"] * 4):
        options = {"Colour": colour}
        await seeding.product(f"HA-{number:02}", f"Hammer {number:02}", "7", options=options, stock=number % 2)


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop with more to find."""
    prepare = partial(seeding.open_shop, and_then=more)
    with running_shop(tmp_path_factory.mktemp("shop"), prepare=prepare) as shop:
        yield shop


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search products")


def suggested(page: Page, text: str) -> Locator:
    """The rows that are suggested for what is typed."""
    field(page).press_sequentially(text)
    rows = page.get_by_role("grid", name="Suggested products").get_by_role("row")
    expect(rows.first).to_be_visible()
    return rows


def pointed(page: Page) -> Locator:
    """What the keyboard points at in the suggestions."""
    return page.locator(f"[id='{field(page).get_attribute('aria-activedescendant')}']")


def test_the_keyboard_goes_through_suggestions_adds_one_and_opens_another(buyer: Person) -> None:
    page = buyer.visit("/")
    rows = suggested(page, "hamer")  # with a typo
    expect(rows).to_have_count(10)
    expect(page.get_by_role("link", name="Show all 12")).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")

    field(page).press("ArrowDown")
    expect(pointed(page)).to_contain_text("Hammer 00")
    field(page).press("ArrowRight")
    expect(pointed(page)).to_have_text("Add")
    field(page).press("Enter")
    expect(pointed(page)).to_have_text("In cart ✓")
    expect(buying.cart_button(page)).to_contain_text("1")
    expect(field(page)).to_be_focused()

    field(page).press("Escape")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("hamer")
    field(page).press("ArrowDown")  # opens them again
    field(page).press("ArrowUp")
    expect(pointed(page)).to_contain_text("Hammer 09")
    field(page).press("Enter")
    page.wait_for_url("**/product/HA-09")


def test_enter_shows_everything_and_back_returns_through_what_was_narrowed(buyer: Person) -> None:
    page = buyer.visit("/")
    suggested(page, "hamer")
    field(page).press("Enter")
    page.wait_for_url("**/?q=hamer")
    expect(page.get_by_text("Nothing is written like “hamer”")).to_be_visible()
    page.get_by_role("link", name="green", exact=True).click()
    page.wait_for_url("**/?q=hamer&option.Colour=green")
    expect(page.locator(".card")).to_have_count(4)
    page.get_by_role("link", name=re.compile("^In stock")).click()
    expect(page.locator(".card")).to_have_count(2)
    page.get_by_role("combobox", name="Sort by").select_option(label="Newest")
    page.wait_for_url("**&sort=new")
    expect(page.locator(".card .sku").first).to_have_text("HA-07")
    for url, cards in (("stock=1", 2), ("green", 4), ("q=hamer", 12)):
        page.go_back()
        page.wait_for_url(f"**{url}")
        expect(page.locator(".card")).to_have_count(cards)
    page.go_forward()
    expect(page.locator(".card")).to_have_count(4)
    page.get_by_role("link", name=re.compile("Colour: green")).click()
    expect(page.locator(".card")).to_have_count(12)


def test_on_a_phone_suggestions_are_added_by_touch_and_filters_stand_behind_a_button(arrives: Arrivals) -> None:
    page = arrives(size=PHONE).visit("/?q=hammer")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    expect(page.get_by_role("link", name="green", exact=True)).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    expect(page.get_by_role("link", name="green", exact=True)).to_be_visible()
    field(page).fill("")
    rows = suggested(page, "4 x 40 wood")
    price = rows.first.get_by_text("€0.0125")
    page.set_viewport_size({"width": 360, "height": 740})
    assert price.evaluate("price => price.scrollWidth <= price.clientWidth")  # whatever else is cut short
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    rows.first.get_by_role("button", name=re.compile("^Add")).click()
    expect(buying.cart_button(page)).to_contain_text("1")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_product_that_is_no_longer_sold_leads_to_others(buyer: Person) -> None:
    buyer.expects("status of 404")
    page = buyer.visit("/product/OLD")
    expect(page.get_by_text("no longer sold here")).to_be_visible()
    expect(page.get_by_role("heading", name="Perhaps one of these?")).to_be_visible()
    page.get_by_role("button", name="Add: Japanese saw 240 mm").click()
    expect(buying.cart_button(page)).to_contain_text("1")
    page.get_by_role("link", name="Japanese saw 240 mm", exact=True).click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Japanese saw 240 mm")


def told(address: str) -> dict[str, str]:
    """What a page's first HTML tells of itself, as a chat reads it."""
    first = httpx.get(address)
    assert "<script>alert(1)" not in first.text
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', first.text))


def test_a_shared_link_shows_title_sentence_and_picture(pedido: ShopProcess) -> None:
    product = told(f"{pedido.address}/product/HOST")
    assert product["og:title"] == "Saw &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne"
    assert product["og:description"] == "For wood"
    assert httpx.get(product["og:image"]).headers["content-type"] == "image/webp"
    assert product["og:url"] == f"{pedido.address}/product/HOST"
    search = told(f'{pedido.address}/?q=saw+"><script>alert(1)')
    assert search["og:title"] == "Results for “saw &quot;&gt;&lt;script&gt;alert(1)”"
    assert told(f"{pedido.address}/?category=Cutting")["og:image"] == product["og:image"]
    assert told(pedido.address)["og:title"] == "Norte Tools"


def test_what_is_suggested_is_limited_and_private(pedido: ShopProcess) -> None:
    with httpx.Client(base_url=pedido.address, headers={"x-forwarded-for": "11.9.9.9"}) as browser:
        answer = browser.get("/suggestions", params={"q": "\x00"})
        assert (answer.json()["products"], answer.headers["cache-control"]) == ([], "no-store")
        found = browser.get("/suggestions", params={"q": "japanese saw"}).json()["products"]
        assert [product["sku"] for product in found] == ["SAW-240"]
        assert browser.get("/suggestions", params={"q": "x" * 5000}).status_code == 200
