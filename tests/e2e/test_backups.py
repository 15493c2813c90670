"""Backups with a real browser, while the shop runs: made with a button, and fetched."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import buying
from tests.e2e.conftest import Arrivals
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, wait_until


def test_the_shop_makes_its_first_backup_by_itself(pedido: ShopProcess) -> None:
    wait_until(lambda: list((pedido.data / "backups").glob("daily-*.zip")), what="no backup was made")


def test_a_backup_is_made_with_a_button_and_fetched_by_sellers_only(
    buyer: Person, seller: Person, arrives: Arrivals, tmp_path: Path
) -> None:
    buying.send_request(buyer, buying.new_address())
    page = seller.visit("/desk/parameters")
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("Backed up, and read back whole.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Last good backup: .+ · 0\.\d MB"))).to_be_visible()
    link = page.get_by_role("link", name="Download")
    expect(link).to_have_attribute("href", re.compile(r"^/desk/backups/pedido-[\d-]+\.zip$"))  # no more the daily one
    address = link.get_attribute("href") or ""
    with page.expect_download() as saved:
        link.click()
    assert address.endswith(saved.value.suggested_filename)
    with zipfile.ZipFile(saved.value.path()) as packed:
        assert packed.testzip() is None
        assert "pedido.db" in packed.namelist()
    answer = arrives().context.request.get(f"{page.url.removesuffix('/desk/parameters')}{address}")
    assert "/desk/sign-in" in answer.url
    assert seller.context.request.get(f"{page.url.removesuffix('/desk/parameters')}/desk/backups/lock").status == 404


def test_a_backup_is_made_on_the_command_line_while_the_shop_runs(pedido: ShopProcess, tmp_path: Path) -> None:
    assert "found whole" in pedido.command("backup", str(tmp_path / "backup.zip"))
    assert (tmp_path / "backup.zip").stat().st_size > 1000
