"""The catalogue kept at the desk: values changed where they stand, many prices at once, pictures, categories."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from models import Category, Product
from tests.e2e import seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop, wait_until
from tests.servers import SmtpTestServer


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop whose catalogue may be changed."""
    folder = tmp_path_factory.mktemp("shop")

    def prepare(shop: ShopProcess) -> None:
        seeding.open_shop(shop, and_then=sort_into_categories)

    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{post.port}", prepare=prepare) as shop:
        yield shop


async def sort_into_categories() -> None:
    """A saw, a rule, and gloves, each in a category of its own."""
    for sku, path in (("SAW-240", "Cutting"), ("FR-200", "Measuring"), ("GL", "Workwear")):
        category = await Category.create(path=path, name=path)
        await Product.filter(sku=sku).update(category_id=category.id)


def stored(pedido: ShopProcess, sku: str) -> tuple[int, int, int]:
    """Price in ten-thousandths, pack size and whether it is active."""
    [(price, pack, active)] = pedido.read("SELECT price, pack_size, active FROM product WHERE sku = ?", sku)
    return int(price), int(pack), int(active)


def test_values_are_changed_in_the_list_by_keyboard_and_a_conflict_is_told(
    arrives: Arrivals, seller: Person, pedido: ShopProcess
) -> None:
    page = seller.visit("/desk/products")
    row = page.get_by_role("row").filter(has_text="FR-200")
    price = row.get_by_role("button", name="Change Price of Folding rule 2 m: 6.40")
    price.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("cheap")
    page.keyboard.press("Enter")
    expect(row.get_by_role("alert")).to_have_text("Write a price, like 4.20.")
    field = row.get_by_role("textbox")
    expect(field).to_have_value("cheap")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(price).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("7,10")
    page.keyboard.press("Tab")  # to the pack, which opens in its turn
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    wait_until(lambda: stored(pedido, "FR-200") == (71_000, 5, 1))
    expect(row.get_by_role("button", name="Change Price of Folding rule 2 m: 7.10")).to_be_visible()

    colleague = arrives()
    seeding.let_in(colleague.context, pedido)
    theirs = colleague.visit("/desk/products").get_by_role("row").filter(has_text="FR-200")
    theirs.get_by_role("button", name="Change Price").click()
    row.get_by_role("button", name="Change Price").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    wait_until(lambda: stored(pedido, "FR-200")[0] == 80_000)
    colleague.page.keyboard.type("9")
    colleague.page.keyboard.press("Enter")
    expect(theirs.get_by_role("alert")).to_contain_text("Meanwhile this has become “8.00”")
    colleague.page.keyboard.press("Enter")
    wait_until(lambda: stored(pedido, "FR-200")[0] == 90_000)


def test_many_prices_are_changed_after_a_look_and_taken_back_with_one_click(
    seller: Person, pedido: ShopProcess
) -> None:
    page = seller.visit("/desk/products?search=saw")
    before = stored(pedido, "SAW-240")[0]
    page.get_by_role("checkbox", name="Select all rows of this page").last.check()
    dialog = selling.choose_action(page, "Change prices")
    dialog.get_by_label("By").fill("5")
    dialog.get_by_label("New prices are").select_option("ending in .95")
    row = dialog.get_by_role("row").filter(has_text="SAW-240")
    expect(row).to_contain_text(re.compile(r"24\.80.*25\.95.*\+4\.6 %", re.DOTALL))
    assert stored(pedido, "SAW-240")[0] == before
    dialog.get_by_role("button", name="Change 1 price").click()
    expect(page.get_by_text("1 price changed: +5 %, ending in .95.")).to_be_visible()
    assert stored(pedido, "SAW-240")[0] == 259_500
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("was taken back: 0 products removed, 1 restored"))).to_be_visible()
    assert stored(pedido, "SAW-240")[0] == before


def drawn() -> bytes:
    """A small picture."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 80, 40)).save(content, "PNG")
    return content.getvalue()


def test_a_zip_named_by_sku_is_dropped_and_buyers_see_the_pictures(
    arrives: Arrivals, seller: Person, tmp_path: Path
) -> None:
    file = tmp_path / "photos.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name in ("photos/saw-240.png", "photos/SAW-240-2.png", "photos/WS-440.png", "photos/unknown.png"):
            packed.writestr(name, drawn())
    page = seller.visit("/desk/import")
    selling.drop_file(page.locator(".drop").last, file)
    expect(page.get_by_text("3 pictures are in their place.")).to_be_visible()
    expect(page.get_by_text("1 file fits no product: unknown.png")).to_be_visible()
    shop = arrives().visit("/product/SAW-240")
    assert shop.locator("main img").evaluate_all("(all) => new Set(all.map((one) => one.src)).size") >= 2


def test_categories_are_dragged_and_moved_by_keyboard_and_the_shop_follows(arrives: Arrivals, seller: Person) -> None:
    page = seller.visit("/desk/categories")
    names = page.get_by_role("list", name="Categories").get_by_role("link")
    expect(names).to_have_text(["Cutting", "Measuring", "Workwear"])
    page.locator(".tree-grip").last.drag_to(page.locator(".tree li").first, target_position={"x": 200, "y": 3})
    expect(names).to_have_text(["Workwear", "Cutting", "Measuring"])
    page.get_by_role("button", name="Measuring: up").press("Enter")
    expect(names).to_have_text(["Workwear", "Measuring", "Cutting"])
    expect(page.get_by_text("Measuring is number 2 of 3 now.")).to_be_attached()
    expect(page.get_by_role("button", name="Measuring: up")).to_be_focused()
    page.get_by_role("button", name="Rename Cutting").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Saws & knives")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Move Measuring").click()
    dialog.get_by_label("Under").select_option("Workwear")
    dialog.get_by_role("button", name="Move").click()
    expect(names).to_have_text(["Workwear", re.compile("Measuring"), "Saws & knives"])
    shop = arrives().visit("/").get_by_role("main").get_by_role("link", name=re.compile("Workwear|Saws"))
    expect(shop.first).to_contain_text("Workwear")
    expect(shop.last).to_contain_text("Saws & knives")
