"""An export profile: made with a preview of real orders, used by hand, and kept to its schedule over a power cut."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models import Verification
from tests import fake_clock, order_rows
from tests.e2e import mails, seeding
from tests.e2e.people import Person, settle
from tests.e2e.selling import SOON_MS
from tests.e2e.shop_process import ShopProcess
from tests.servers import SmtpTestServer

BOOKS = "books@norte.example"
A_DAY = timedelta(hours=25)
HEAD = "Beleg;Firma;Summe"


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop with an order of now and one that is verified within the hour."""
    folder = tmp_path_factory.mktemp("shop")
    shop = ShopProcess(folder, smtp_url=f"smtp://127.0.0.1:{post.port}")
    seeding.open_shop(shop, and_then=_orders)
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
    assert not shop.trouble(), shop.log


async def _orders() -> None:
    now = datetime.now(UTC)
    for number, received_at in (("2026-1", now - timedelta(hours=1)), ("2026-2", now + timedelta(hours=1))):
        order = await order_rows.order(
            number=number,
            company="=Sol & Söhne",
            total=12345,
            created_at=now,
            received_at=received_at,
            verification=Verification.VERIFIED,
        )
        await order_rows.line(order)


def test_a_profile_is_made_used_and_kept_to_its_schedule(
    seller: Person, pedido: ShopProcess, post: SmtpTestServer
) -> None:
    page = _make(seller)
    assert _downloaded(page) == f"{HEAD}\r\n2026-1;'=Sol & Söhne;123,45\r\n"
    expect(page.get_by_role("row").filter(has_text="2026-1").get_by_text("Processed")).to_be_visible(timeout=SOON_MS)

    page.goto("about:blank")
    pedido.kill()
    pedido.set(fake_clock.settings(pedido.folder, A_DAY))
    pedido.start()  # what was missed meanwhile is made up for
    name, content = mails.attachment(mails.newest(post, BOOKS, "Bookkeeping: 1 order", seconds=40))
    assert (name, content.decode()) == ("books-000002.csv", f"{HEAD}\r\n2026-2;'=Sol & Söhne;123,45\r\n")

    page = seller.visit("/desk/exports")
    [file] = page.get_by_role("row").filter(has_text="books-000002.csv").all()
    expect(file).to_contain_text("system")
    [profile] = page.get_by_role("row").filter(has_text="Bookkeeping").all()
    expect(profile).to_contain_text("Every day, 07:30")
    profile.get_by_role("button", name="Export what is new").click()
    expect(page.get_by_text("Nothing is new since the last export of Bookkeeping.")).to_be_visible()
    assert len(mails.to(post, BOOKS, "Bookkeeping")) == 1


def _make(seller: Person) -> Page:
    """Make the profile, looking at what comes out."""
    page = seller.visit("/desk/exports")
    page.get_by_role("link", name="New profile").click()
    page.wait_for_url("**/profiles/new")
    settle(page)
    preview, form = page.locator(".file-preview"), page.locator("form")
    expect(preview.get_by_role("row")).to_have_count(3)
    for column in ("Sent", "Status", "Buyer", "References", "Currency"):
        page.get_by_role("button", name=f"Take {column} out").click()
    titles = page.locator(".column-list li input")
    for place, title in enumerate(("Beleg", "Firma", "Summe")):
        titles.nth(place).fill(title)
    for name, choice in {"delimiter": "semicolon", "decimal_sign": "comma", "status_after": "processed"}.items():
        form.locator(f"[name={name}]").select_option(choice)
    form.locator("[name=has_mark]").uncheck()
    form.locator("[name=name]").fill("Bookkeeping")
    form.locator("[name=file_name]").fill("books-{seq}")
    expect(preview.locator("pre")).to_have_text(re.compile(rf"^{HEAD}\s+2026-2;'=Sol & Söhne;123,45"))
    expect(preview.get_by_role("columnheader")).to_have_text(HEAD.split(";"))
    form.locator("[name=rhythm]").select_option("daily")
    expect(form.locator("[name=at]")).to_be_visible()
    page.wait_for_timeout(500)  # the preview answers each change, and what it moves must not slip from under a click
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Say where it goes")).to_be_visible()
    form.locator("[name=at]").fill("7:30")
    form.locator("[name=recipients]").fill(BOOKS)
    form.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/profiles/\d+$"))
    settle(page)
    expect(preview.locator("pre")).to_contain_text(HEAD)
    return page


def _downloaded(page: Page) -> str:
    """What the profile makes of the first order, chosen on the desk."""
    page.goto("/desk")
    settle(page)
    page.get_by_role("row").filter(has_text="2026-1").get_by_role("checkbox").check()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Profile “Bookkeeping”").check()
    with page.expect_download() as saved:
        dialog.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "books-000001.csv"
    return Path(saved.value.path()).read_bytes().decode()
