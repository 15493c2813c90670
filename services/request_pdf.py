"""A request as a PDF: its words are put together here, in its language; the sheet is drawn from them in a thread."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from models import Order, OrderLine, Shop, brand
from models.money import from_minor, show_amount, show_unit_price
from models.text import _, speaking
from services import picture_files
from services.mails.order_summary import OrderSummary, local_time, summarise
from services.sent_requests import SentRequest

PAPER = "services.request_paper"  # what it draws with takes half a second to import: only once somebody asks for it

_threads = ThreadPoolExecutor(1, thread_name_prefix="pdf")


@dataclass(frozen=True)
class Head:
    """What stands on the paper of any order: the seller's sign, and what it is."""

    language: str
    title: str
    shop_name: str
    contact: str
    color: str
    logo: Path | None
    stages: str
    page: str  # of a page's foot, with {page} and {pages}


@dataclass(frozen=True)
class Sheet(Head):
    """All the words of the PDF, and how it looks."""

    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    summary: OrderSummary
    note: str
    comments_label: str


async def make(sent: SentRequest, shop: Shop) -> bytes:
    """The request as a PDF, which is the confirmation once it is confirmed."""
    with speaking(sent.order.language):
        words = _words(sent, shop)
    return await drawn(PAPER, words)


async def drawn(paper: str, words: object) -> bytes:
    """What a module that draws makes of these words, in a thread."""
    in_thread = asyncio.get_running_loop().run_in_executor
    module = await in_thread(_threads, import_module, paper)
    content: bytes = await in_thread(_threads, module.draw, words)
    return content


def head(shop: Shop, *, language: str, title: str, stages: str) -> dict[str, Any]:
    """What stands on the paper of any order, by its names in `Head`."""
    return {
        "language": language,
        "title": title,
        "shop_name": shop.name,
        "contact": shop.contact,
        "color": brand.palettes(shop.color)[0]["brand-text"],
        "logo": picture_files.path(shop.logo),
        "stages": stages,
        "page": _("Page {page} of {pages}"),
    }


def file_name(order: Order) -> str:
    """The name it is saved under."""
    return f"{order.number}.pdf"


def _words(sent: SentRequest, shop: Shop) -> Sheet:
    order = sent.order
    headings = [_("SKU"), _("Product"), _("Quantity")]
    title = _("Order confirmation {number}") if order.confirmed_at else _("Request {number}")
    told = head(
        shop,
        language=order.language,
        title=title.format(number=order.number),
        stages=" · ".join(_stages(order, shop)),
    )
    return Sheet(
        **told,
        headings=tuple(headings if order.prices_hidden else [*headings, _("Unit price"), _("Total")]),
        lines=tuple(_line(line, order) for line in sent.lines),
        summary=summarise(shop, order, sent.lines, sent.charges, with_buyer=True),
        note=_("Prices on request: the shop answers with an offer.") if order.prices_hidden else "",
        comments_label=_("Comments"),
    )


def _stages(order: Order, shop: Shop) -> Iterable[str]:
    """How far the request has come."""
    told = (
        (_("Received: {moment}"), order.received_at),
        (_("Confirmed: {moment}"), order.confirmed_at),
    )
    if order.received_at is None:
        yield _("Not verified yet")
    for words, moment in told:
        if moment:
            yield words.format(moment=local_time(moment, shop, order.language))


def _line(line: OrderLine, order: Order) -> tuple[str, ...]:
    quantity = " ".join(filter(None, (format_decimal(line.quantity, locale=order.language), line.unit)))
    told = (line.sku, line.name, quantity)
    if order.prices_hidden:
        return told
    if line.unit_price is None:
        return (*told, _("on request"), "–")
    price = show_unit_price(line.unit_price, order.currency, order.language)
    return (*told, price, show_amount(from_minor(line.line_total, order.currency), order.currency, order.language))
