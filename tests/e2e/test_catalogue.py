"""The catalogue at the desk, in a real browser: previewed, imported, taken back, edited."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e import selling
from tests.e2e.people import PHONE, Person, settle

FIRST = "SKU;Name;Price;Image\nE2E-A;Block plane;42,00;plane.png\nE2E-B;Marking gauge;18,50;\nE2E-C;No price;;\n"
SECOND = "SKU;Name;Price\nE2E-A;Block plane;44,00\nE2E-B;Marking gauge;1850\n"
UNKNOWN = "Kode;Navn;Pris\nE2E-D;Mallet;12,50\n"


def dropped(page: Page, folder: Path, name: str, text: str) -> None:
    """Drop a file on the import page and wait for its preview."""
    file = folder / name
    file.write_text(text)
    selling.drop_file(page.locator(".drop").first, file)
    expect(page.get_by_text(name, exact=True)).to_be_visible()


def figure(page: Page, label: str) -> Locator:
    """The number of rows with an outcome, which also is a filter."""
    return page.get_by_role("button", name=re.compile(rf"^{label} \d+$"))


def imported(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Import \d+ product")).click()
    expect(page.get_by_text(re.compile("^Imported"))).to_be_visible()


def taken_back(page: Page) -> None:
    page.get_by_role("button", name="Undo last import").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("was taken back")).to_be_visible()


def test_a_file_is_looked_at_imported_and_taken_back(seller: Person, tmp_path: Path) -> None:
    page = seller.visit("/desk/import")
    dropped(page, tmp_path, "first.csv", FIRST)

    for words in ("New 2", "Changed 0", "Unchanged 0", "Refused 1", "Merged 0"):
        expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
    expect(page.get_by_text("It has no price.")).to_be_visible()
    page.reload()  # the preview is found again under its address
    settle(page)
    expect(page.get_by_text("It has no price.")).to_be_visible()
    imported(page)
    expect(page.get_by_text("1 picture is named")).to_be_visible()

    taken_back(page)
    seller.visit("/desk/products?search=E2E")
    expect(page.get_by_text("No product matches")).to_be_visible()


def test_a_price_that_jumps_is_taken_only_when_it_is_released(seller: Person, tmp_path: Path) -> None:
    page = seller.visit("/desk/import")
    dropped(page, tmp_path, "first.csv", FIRST)
    imported(page)
    dropped(page, tmp_path, "second.csv", SECOND)

    figure(page, "Changed").click()
    expect(page.get_by_text("Price: 42.00 → 44.00")).to_be_visible()
    figure(page, "Refused").click()
    expect(page.get_by_text("The price goes from 18.5 to 1850")).to_be_visible()
    page.get_by_role("checkbox", name="Select Marking gauge").check()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Take the new price").click()
    expect(page.get_by_role("button", name="Import 2 products")).to_be_enabled()
    imported(page)
    taken_back(page)

    row = seller.visit("/desk/products?search=E2E-B").get_by_role("row").filter(has_text="E2E-B")
    expect(row).to_contain_text("18.50")
    seller.visit("/desk/import")
    taken_back(page)


def test_columns_nobody_recognises_are_chosen_and_remembered(seller: Person, tmp_path: Path) -> None:
    page = seller.visit("/desk/import")
    dropped(page, tmp_path, "unknown.csv", UNKNOWN)
    expect(page.get_by_role("button", name="Nothing to import")).to_be_disabled()
    page.get_by_text("Columns: 0 of 3 are used").click()
    for column, field in (("Kode", "SKU"), ("Navn", "Name"), ("Pris", "Price")):
        page.get_by_label(column, exact=True).select_option(label=field)
    imported(page)

    dropped(page, tmp_path, "again.csv", UNKNOWN.replace("12,50", "13,00"))
    expect(page.get_by_text("Price: 12.50 → 13.00")).to_be_visible()
    page.get_by_role("button", name="Another file").click()
    taken_back(page)


def test_a_product_is_made_edited_pictured_and_hidden(seller: Person, tmp_path: Path) -> None:
    page = seller.visit("/desk/products/new")
    page.locator("[name=sku]").fill("E2E-NEW")
    page.locator("[name=price]").fill("cheap")
    page.get_by_role("button", name="Make product").click()
    expect(page.locator("[data-field=name] .error")).to_have_text("Fill in this field.")
    page.locator("[name=name]").fill("Dovetail template")
    page.locator("[name=price]").fill("9,50")
    page.get_by_role("button", name="Make product").click()
    page.wait_for_url(re.compile(r"/desk/products/\d+$"))
    settle(page)

    content = io.BytesIO()
    Image.new("RGB", (500, 400), (200, 160, 90)).save(content, "PNG")
    (tmp_path / "template.png").write_bytes(content.getvalue())
    selling.drop_file(page.locator(".drop").first, tmp_path / "template.png")
    expect(page.get_by_role("img", name="Picture 1 of 1")).to_be_visible()

    seller.visit("/desk/products?search=dovetail")
    page.get_by_role("checkbox", name="Select Dovetail template").check()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("row").filter(has_text="E2E-NEW")).to_contain_text("Inactive")


def test_another_tab_sees_a_change_of_the_catalogue_by_itself(seller: Person) -> None:
    watching = seller.tab("/desk/products?search=GL-M")
    page = seller.visit("/desk/products?search=GL-M")
    page.get_by_role("row").filter(has_text="GL-M").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/desk/products/\d+$"))
    settle(page)
    for price in ("10.25", "9.50"):  # other tests know it by the second
        page.locator("[name=price]").fill(price)
        page.get_by_role("button", name="Save").click()
        expect(watching.get_by_role("row").filter(has_text="GL-M")).to_contain_text(price, timeout=selling.SOON_MS)


@pytest.mark.parametrize("path", ["/desk/products", "/desk/products/new", "/desk/import"])
def test_nothing_sticks_out_on_a_phone(seller: Person, path: str) -> None:
    seller.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page = seller.visit(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_product_that_is_not_there_is_told(seller: Person) -> None:
    seller.expects("404")
    page = seller.page

    for path in ("/desk/products/999999", "/desk/products/none", "/desk/products/0"):
        page.goto(path)
        expect(page.get_by_text("This product does not exist.")).to_be_visible()
