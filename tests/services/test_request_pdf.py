"""The PDF of a request, read back: its words in every European script, its title, its language, its pages."""

import asyncio
import io
import logging
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from models import ChargeKind, OrderCharge, Shop
from services import request_pdf, sent_requests
from tests import order_rows

SCRIPTS = "Łódź Őrség Šiauliai Þórshöfn Αθήνα София Київ İzmir ẞ € ₺ → 1\u202f234"


async def made(shop: Shop, lines: int = 1, **values: object) -> PdfReader:
    """The PDF of an order with so many lines."""
    values = {"total": 9400, "lines_total": 6400, "price_note": "plus VAT", "language": "de", **values}
    order = await order_rows.order(number="2026-00318", **values)
    for number in range(1, lines + 1):
        name = f"{SCRIPTS} {number}"
        await order_rows.line(order, number, name=name, unit_price=Decimal("0.0125"), line_total=15)
    await OrderCharge.create(
        order=order, position=1, kind=ChargeKind.SURCHARGE, title="Small order", reason="below 100.00", amount=3000
    )
    content = await request_pdf.make(await sent_requests.again(order.id), shop)
    assert content.startswith(b"%PDF-")
    return PdfReader(io.BytesIO(content))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.sqlite_only
async def test_everything_on_it_is_read_back(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        reader = await made(shop, comments="Ring twice 鈴", delivery_street="Calle Mayor 1", delivery_city="Madrid")
    told = words(reader)
    parts = ("Anfrage 2026-00318", "Marta Gil", "Ferretería Sol S.L.", "Calle Mayor 1, Madrid", "FR-200", "12 piece")
    for part in (*parts, "0,0125", "64,00", "Small order (below 100.00)", "30,00", "94,00", "plus VAT", "Ring twice"):
        assert part in told, part
    for word in SCRIPTS.split():
        assert word in told, word
    assert (reader.metadata and reader.metadata.title) == "Anfrage 2026-00318 · Norte Tools"
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("de", True)
    assert reader.outline
    assert not [record for record in caplog.records if record.name.startswith("font") or record.name == "fpdf"]


@pytest.mark.sqlite_only
async def test_without_prices_none_is_told(shop: Shop) -> None:
    told = words(await made(shop, prices_hidden=True))
    assert "Preise auf Anfrage" in told
    assert not [part for part in ("0,0125", "64,00", "94,00", "Small order") if part in told]


@pytest.mark.sqlite_only
async def test_a_long_one_has_its_headings_on_each_page_and_does_not_hold_the_program_up(shop: Shop) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.005)
            turns += 1

    counting = asyncio.create_task(count())
    reader = await made(shop, lines=60)
    counting.cancel()
    assert turns > 10
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, start=1):
        assert f"Seite {number} von {len(reader.pages)}" in page.extract_text()
        assert "Einzelpreis" in page.extract_text() or number == len(reader.pages)


@pytest.mark.sqlite_only
async def test_once_confirmed_it_is_the_confirmation(shop: Shop) -> None:
    reader = await made(shop, confirmed_at=order_rows.NOON)
    assert "Auftragsbestätigung 2026-00318" in words(reader)
