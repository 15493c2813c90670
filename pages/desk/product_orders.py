"""The section of a product's page that tells what was ordered of it, and when; live."""

from models import Shop
from models.text import _, ngettext
from pages.components.elements import box, h2, paragraph
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, product_words, show
from services import live, product_orders
from services.product_orders import Ordered, OrderedRow


class ProductOrders:
    """The section of one product."""

    def __init__(self, product_id: int, shop: Shop) -> None:
        self.product_id, self.shop = product_id, shop
        self.number, self.at = 1, ""

    async def build(self) -> None:
        """Make the section and fill it."""
        with box("stack", tag="section"):
            with box("line"):
                h2(_("Ordered when"))
                self.sums = paragraph("", "muted small")
            self.table = Table(
                _columns(),
                label=_("Orders with this product"),
                on_page=guard.signed_in(self._page_asked),
                empty=(_("Not ordered yet"), _("Orders with this product are listed here.")),
            )
        await self.refresh()
        live.orders.subscribe(guard.told(self._changed))

    async def refresh(self) -> None:
        """Show the page as it is now."""
        page = await product_orders.page(self.product_id, self.number, self.at)
        self.page = page
        self.table.show(
            [_row(row, self.shop) for row in page.rows],
            total=page.total,
            page=page.page,
            page_size=product_orders.PAGE_SIZE,
            ends=page.ends,
            is_more=page.is_more,
        )
        self.sums.set_text(_sums(await product_orders.summed(self.product_id), self.shop) if page.total else "")

    async def _changed(self, _order_ids: frozenset[int]) -> None:
        await self.refresh()

    async def _page_asked(self, asked: PageRequest) -> None:
        self.number, self.at = asked.page, self.page.place_of(asked.page)
        await self.refresh()


def _sums(ordered: Ordered, shop: Shop) -> str:
    words = ngettext("{n} in {orders}", "{n} in {orders}", ordered.quantity)
    return words.format(n=show.number(ordered.quantity, shop), orders=show.orders(ordered.orders))


def _columns() -> list[Column]:
    return [
        Column("number", _("Order"), phone="title"),
        Column("at", _("When"), phone="right_sub"),
        Column("buyer", _("Buyer"), phone="subtitle", width="34ch"),
        Column("status", _("Status")),
        Column("sku", _("SKU"), width="24ch"),
        Column("quantity", _("Quantity"), align="right", phone="right"),
        Column("price", _("Unit price"), align="right"),
        Column("value", _("Value"), align="right"),
    ]


def _row(row: OrderedRow, shop: Shop) -> Row:
    value = show.NOTHING if row.line_total is None else show.amount(row.line_total, row.currency, shop)
    return {
        "id": row.id,
        "href": show.order_address(row.number),
        "number": {"text": row.number, "mono": True},
        "at": {"text": show.short_time(row.created_at, shop), "title": show.full_time(row.created_at, shop)},
        "buyer": {"text": row.buyer, "title": row.buyer},
        "status": {"text": _(row.status.label), "tag": row.status.tone},
        "sku": {"text": row.sku, "mono": True, "quiet": True},
        "quantity": {"text": " ".join(filter(None, [show.number(row.quantity, shop), row.unit])), "strong": True},
        "price": product_words.unit_price(row.unit_price, shop),
        "value": value,
    }
