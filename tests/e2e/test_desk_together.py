"""Two sellers and a buyer at once: a request is heard, told and counted until somebody opens it; views are shared."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from services import tokens
from services.seller_sessions import PURPOSE
from tests.e2e import buying, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess, wait_until
from tests.servers import SmtpTestServer

BEN = "ben@norte.example"

# What the page plays and what the browser is asked to show, noted as it goes by. This Chromium has nobody whom it could
# ask for permission, so somebody says yes here.
LISTEN = """
    window.tones = 0;
    const start = AudioScheduledSourceNode.prototype.start;
    AudioScheduledSourceNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };
    window.told = [];
    window.asked = 0;
    window.Notification = class extends window.Notification {
        constructor(title, options) { super(title, options); window.told.push(options.body); }
        static get permission() { return window.asked ? "granted" : "default"; }
        static async requestPermission() { window.asked += 1; return "granted"; }
    };
"""
HIDE = "Object.defineProperty(document, 'hidden', { get: () => true })"


@pytest.fixture
def ben(arrives: Arrivals, pedido: ShopProcess) -> Iterator[Person]:
    """A colleague at the desk."""
    now, token = datetime.now(UTC), tokens.new()
    pedido.write(
        "INSERT INTO seller (email, password_hash, role, created_at) VALUES (?, '', 'staff', ?)", BEN, f"{now}"
    )
    pedido.write(
        "INSERT INTO seller_session (seller_id, token_hash, created_at, expires_at) "
        "SELECT id, ?, ?, ? FROM seller WHERE email = ?",
        tokens.digest(token, PURPOSE),
        f"{now}",
        f"{now + timedelta(days=1)}",
        BEN,
    )
    person = arrives()
    person.context.add_cookies([{"name": "pedido_desk", "value": token, "url": person.address}])
    yield person
    pedido.write("DELETE FROM seller_session WHERE token_hash = ?", tokens.digest(token, PURPOSE))
    pedido.write("DELETE FROM seller WHERE email = ?", BEN)


def bell(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^New requests:"))


def rings_for(page: Page) -> int:
    """How many requests the bell counts."""
    found = re.search(r"\d+", bell(page).get_attribute("aria-label") or "")
    return int(found[0]) if found else 0


def has_rung(page: Page, requests: int) -> bool:
    return rings_for(page) == requests


def head(page: Page) -> tuple[str, str]:
    """The title and the icon of the tab."""
    return page.title(), str(page.evaluate("document.querySelector('link[rel~=icon]').href"))


def test_a_request_is_heard_told_and_counted_at_each_desk_until_somebody_opens_it(
    seller: Person, ben: Person, buyer: Person, post: SmtpTestServer
) -> None:
    for person in (seller, ben):
        person.page.add_init_script(LISTEN)
    desk, elsewhere = seller.visit("/desk"), ben.visit("/desk/products")
    before, head_before = rings_for(desk), head(desk)
    bell(elsewhere).click()
    elsewhere.get_by_label("Sound").uncheck()
    assert elsewhere.evaluate("window.asked") == 0, "only a press of a button asks"
    elsewhere.get_by_label("Notification while this page is hidden").check()
    elsewhere.keyboard.press("Escape")
    expect(bell(elsewhere)).to_be_focused()
    elsewhere.evaluate(HIDE)

    email = buying.new_address()
    number = buying.send_request(buyer, email, Company="Ferretería Sol")
    expect(selling.row_of(desk, number)).to_have_class("fresh opens", timeout=SOON_MS)
    assert (head(desk), desk.evaluate("window.tones")) == (head_before, 0), "it is not received yet"
    buying.verify(buyer, post, email)

    expect(selling.row_of(desk, number)).to_have_class(re.compile("new"), timeout=SOON_MS)
    for page in (desk, elsewhere):
        wait_until(partial(has_rung, page, before + 1), what="it does not ring")
        assert page.title().startswith(f"({before + 1}) ")
    assert head(desk)[1] != head_before[1]
    wait_until(lambda: elsewhere.evaluate("window.told") == [f"Request {number} from Ferretería Sol"])
    assert desk.evaluate("[window.tones, window.told.length]") == [2, 0], "it was looked at"
    assert elsewhere.evaluate("window.tones") == 0, "it was muted"

    ben.visit(f"/desk/orders/{number}")
    expect(selling.row_of(desk, number)).not_to_have_class(re.compile("new"), timeout=SOON_MS)
    wait_until(lambda: head(desk) == head_before, what="the badge stays")


def views(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Views")


def test_a_view_is_saved_shared_opened_first_and_deleted(seller: Person, ben: Person, buyer: Person) -> None:
    number = buying.send_request(buyer, buying.new_address(), Company="Holzbau Lang")
    colleague = ben.visit("/desk")
    page = seller.visit("/desk?flag=unverified")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Phone", exact=True).check()
    page.get_by_label("References", exact=True).uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save view").click()
    dialog = page.get_by_role("dialog", name="Save view")
    dialog.get_by_label("Name").fill("To verify")
    dialog.get_by_label("All sellers have it").check()
    dialog.get_by_role("button", name="Save").click()
    expect(views(page).get_by_role("link", name="To verify")).to_have_attribute("aria-current", "page")

    views(colleague).get_by_role("link", name="To verify").click()  # it came by itself
    expect(colleague.get_by_role("columnheader", name="Phone")).to_be_visible()
    expect(colleague.get_by_role("columnheader", name="References")).to_be_hidden()
    expect(selling.row_of(colleague, number)).to_be_visible()
    colleague.get_by_role("button", name="More about this view").click()
    expect(colleague.get_by_role("button", name="Delete")).to_have_count(0)
    colleague.get_by_role("button", name="Open the desk with it").click()
    expect(views(colleague).get_by_role("link", name="Opens first: To verify")).to_be_visible()
    ben.visit("/desk")
    expect(views(colleague).get_by_role("link", name="To verify")).to_have_attribute("aria-current", "page")
    assert "flag=unverified" in colleague.url
    views(colleague).get_by_role("link", name="All orders").click()
    colleague.wait_for_url("**/desk?view=all")

    page.get_by_role("columnheader", name="Total").get_by_role("button").click()
    expect(views(page)).to_contain_text("(changed)")
    page.get_by_role("button", name="Save changes").click()
    expect(views(page)).not_to_contain_text("(changed)")
    expect(views(colleague).get_by_role("link", name="To verify")).to_have_attribute("href", re.compile("sort=total"))
    page.get_by_role("button", name="More about this view").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for desk in (page, colleague):
        expect(views(desk).get_by_role("link")).to_have_text(["All orders"], timeout=SOON_MS)
