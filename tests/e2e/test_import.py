"""Importing: what is understood and refused, long files, and what buyers see of it all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e import seeding, selling
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person, settle
from tests.e2e.shop_process import ShopProcess, running_shop, wait_until
from tests.servers import SmtpTestServer

HEAD = "Artikelnummer;Bezeichnung;Preis;Einheit\r\n"

# An image that may choose among sizes does not say itself how wide the chosen file is.
WIDTH_OF_FILE = """async (image) => {
  if (!image.complete || !image.currentSrc) return 0;
  const file = new Image();
  file.src = image.currentSrc;
  await file.decode();
  return file.naturalWidth;
}"""


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory, post: SmtpTestServer) -> Iterator[ShopProcess]:
    """A shop whose catalogue may be changed."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, smtp_url=f"smtp://127.0.0.1:{post.port}", prepare=seeding.open_shop) as shop:
        yield shop


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its catalogue."""
    return tmp_path / "preisliste.csv"


def preview(seller: Person, file: Path) -> Page:
    """Drop a file and wait for what it would do."""
    page = seller.visit("/desk/import")
    selling.drop_file(page.locator(".drop").first, file)
    expect(page.get_by_role("group", name="Rows by outcome")).to_be_visible()
    return page


def outcome(page: Page, words: str) -> Locator:
    """One of the counts above the rows."""
    return page.get_by_role("group", name="Rows by outcome").get_by_role("button", name=re.compile(f"^{words}"))


def confirm_import(page: Page) -> None:
    """Press Import and wait until it is done."""
    page.get_by_role("button", name=re.compile(r"^Import \d+ product")).click()
    expect(page.get_by_text(re.compile("^Imported"))).to_be_visible()


def prices(pedido: ShopProcess, sku: str) -> list[tuple[str, int, int]]:
    """Name, price in ten-thousandths and whether it is active, of the product with a SKU."""
    return [
        (str(n), int(p), int(a))
        for n, p, a in pedido.read("SELECT name, price, active FROM product WHERE sku = ?", sku)
    ]


def test_a_german_price_list_is_understood_and_nothing_is_written_before_import(
    seller: Person, pedido: ShopProcess, file: Path
) -> None:
    file.write_bytes((HEAD + "K-1;Kübel 10 l;1.204,50;Stück\r\nK-2;Kübel 20 l;;Stück\r\n").encode("cp1252"))
    page = preview(seller, file)
    expect(outcome(page, "New")).to_contain_text("1")
    expect(outcome(page, "Refused")).to_contain_text("1")
    rows = page.get_by_role("table", name="Rows of the file")
    expect(rows.get_by_role("row").filter(has_text="K-2")).to_contain_text("3")
    assert prices(pedido, "K-1") == []
    confirm_import(page)
    assert prices(pedido, "K-1") == [("Kübel 10 l", 12_045_000, 1)]
    assert prices(pedido, "K-2") == []


def test_a_second_import_shows_what_changes_and_one_click_takes_it_back(
    seller: Person, pedido: ShopProcess, file: Path
) -> None:
    file.write_text(HEAD + "C-1;Candle;2,00;\nC-2;Chain;3,00;\nC-3;Cork;4,00;\n")
    confirm_import(preview(seller, file))
    file.write_text(HEAD + "C-1;Candle;2,50;\nC-2;Chain;3,00;\nC-4;Crate;9,00;\nC-3;Cork;44,00;\n")
    page = preview(seller, file)
    counts = {"New": "1", "Changed": "1", "Unchanged": "1", "Refused": "1"}
    for words, number in counts.items():
        expect(outcome(page, words)).to_contain_text(number)
    held = page.get_by_role("row").filter(has_text="C-3")
    expect(held).to_contain_text("Held back")
    outcome(page, "Changed").click()
    expect(page.get_by_role("row").filter(has_text="C-1")).to_contain_text(re.compile(r"2(\.00)? → 2\.50?\b"))
    confirm_import(page)
    assert [prices(pedido, sku)[0][1] for sku in ("C-1", "C-3", "C-4")] == [25_000, 40_000, 90_000]
    page.get_by_role("button", name="Undo last import").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text(re.compile("was taken back"))).to_be_visible()
    assert [prices(pedido, sku) for sku in ("C-1", "C-4")] == [[("Candle", 20_000, 1)], []]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 100, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"x" * 500, b"PK\x03\x04" + b"x" * 500],
)
def test_what_is_no_catalogue_is_refused_in_words(seller: Person, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    page = seller.visit("/desk/import")
    seller.expects("status of 4")
    selling.drop_file(page.locator(".drop").first, file)
    expect(page.locator(".drop .error").first).to_have_text(re.compile(r"\w+ \w+"))
    expect(page.get_by_role("group", name="Rows by outcome")).to_have_count(0)


def test_a_long_catalogue_is_imported_while_the_shop_goes_on(
    arrives: Arrivals, seller: Person, pedido: ShopProcess, file: Path
) -> None:
    lines = [f"L-{n};Lamp number {n};{n % 90 + 1},00;piece" for n in range(3000)]
    file.write_text(HEAD + "\n".join(lines) + "\n")
    page = preview(seller, file)
    expect(page.get_by_role("navigation", name="Rows of the file")).to_contain_text(re.compile("of 3,?000"))
    page.get_by_role("button", name=re.compile("^Import 3,?000 products")).click()
    shop = arrives().visit("/?q=folding")
    expect(shop.get_by_role("link", name="Folding rule 2 m").first).to_be_visible()
    expect(page.get_by_text(re.compile("^Imported"))).to_be_visible(timeout=30_000)
    assert pedido.read("SELECT count(*) FROM product WHERE sku LIKE 'L-%'") == [(3000,)]


def test_a_look_at_a_long_catalogue_is_cancelled(seller: Person, file: Path) -> None:
    lines = [f"M-{n};Lamp number {n};{n % 90 + 1},00;piece" for n in range(30_000)]
    file.write_text(HEAD + "\n".join(lines) + "\n")
    page = seller.visit("/desk/import")
    selling.drop_file(page.locator(".drop").first, file)
    looking = page.get_by_role("progressbar", name="Looking at the file …")
    expect(looking).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(looking).to_have_count(0)
    expect(page.locator(".drop").first).to_be_visible()
    expect(page.get_by_role("group", name="Rows by outcome")).to_have_count(0)
    file.write_text(HEAD + "M-1;Lamp;2,00;\n")
    selling.drop_file(page.locator(".drop").first, file)
    expect(outcome(page, "New")).to_contain_text("1")


def test_a_product_is_edited_deactivated_and_gone_from_the_shop(
    arrives: Arrivals, seller: Person, pedido: ShopProcess
) -> None:
    buyer = arrives()
    page = seller.visit("/desk/products?search=SAW-240")
    page.get_by_role("link", name=re.compile("Japanese saw")).first.click()
    page.wait_for_url(re.compile(r"/desk/products/\d+"))
    settle(page)
    page.get_by_label(re.compile(r"^\s*Name")).first.fill("Japanese saw, very sharp")
    page.get_by_role("button", name="Save", exact=True).first.click()
    wait_until(lambda: prices(pedido, "SAW-240")[0][0] == "Japanese saw, very sharp")
    expect(buyer.visit("/product/SAW-240").get_by_role("heading", level=1)).to_have_text("Japanese saw, very sharp")
    page = seller.visit("/desk/products?search=SAW-240")
    page.get_by_role("row").filter(has_text="SAW-240").get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^Actions")).click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    wait_until(lambda: prices(pedido, "SAW-240")[0][2] == 0)
    buyer.expects("status of 404")
    expect(buyer.visit("/product/SAW-240").get_by_text("no longer sold here")).to_be_visible()
    pedido.write("UPDATE product SET active = 1 WHERE sku = 'SAW-240'")


def test_a_picture_is_uploaded_and_shown_to_buyers(
    arrives: Arrivals, seller: Person, pedido: ShopProcess, tmp_path: Path
) -> None:
    picture = tmp_path / "rule.png"
    Image.new("RGB", (800, 600), "#3366aa").save(picture)
    [(product_id,)] = pedido.read("SELECT id FROM product WHERE sku = 'FR-200'")
    page = seller.visit(f"/desk/products/{product_id}")
    selling.drop_file(page.locator(".drop").first, picture)
    expect(page.get_by_role("list", name="Pictures").get_by_role("img")).to_have_count(1)
    buyer = arrives()
    shown = buyer.visit("/product/FR-200").get_by_role("img", name="Folding rule 2 m")
    wait_until(lambda: shown.evaluate(WIDTH_OF_FILE) == 800)
    thumb = buyer.visit("/?q=FR-200").locator(".card img")
    wait_until(lambda: thumb.evaluate(WIDTH_OF_FILE) == 400)
