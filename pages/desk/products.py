"""The seller's products: one table with its filters, and what can be done with the selected ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from babel.numbers import format_decimal
from fastapi import Request
from nicegui import ui

from models import CatalogImport, Shop
from models.errors import ShopError
from models.money import below_each_other
from models.price_rule import PriceRule
from models.product_filter import Activity, ProductFilter
from models.text import _, ngettext, spoken
from pages.components.dialog import ask
from pages.components.elements import Button, box, link_button, paragraph
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Action, CellEdit, Column, PageRequest, Row, Selection, Table
from pages.components.toasts import toast
from pages.desk import guard, product_words, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.price_dialog import ask_and_change
from pages.frame import page_head
from services import catalog_editing, catalog_import, live, product_cells, product_list
from services.catalog_import import report
from services.product_list import ProductRow

PATH = "/desk/products"
ACTIVATE, DEACTIVATE, PRICES = "activate", "deactivate", "prices"
EDITED = {
    "price": "price",
    "pack": "pack_size",
    "stock": "stock",
    "active": "active",
}  # the table's columns, a product's


def register() -> None:
    """Declare the page."""
    desk_page(PATH, products)


async def products(visit: Visit, request: Request) -> None:
    """Build the list as its address says."""
    listing = ProductListing(visit.shop, ProductFilter.parse(request.query_params))
    with frame(visit, _("Products"), PATH):
        await listing.build()
    live.catalog.subscribe(guard.told(listing.changed))


class ProductListing:
    """One open list: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, product_filter: ProductFilter) -> None:
        self.shop = shop
        self.filter = product_filter

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Products")):
            FilterButton()
            link_button(_("Categories"), "/desk/categories")
            link_button(_("Import"), "/desk/import")
            link_button(_("New product"), f"{PATH}/new", "primary")
        self.news = box("news")
        with box("cols"):
            self.table = Table(
                _columns(),
                label=_("Products"),
                on_page=guard.signed_in(self._page_asked),
                on_action=guard.signed_in(self._action_chosen),
                on_edit=guard.signed_in(self._cell_edited),
                actions=[
                    Action(ACTIVATE, _("Activate")),
                    Action(DEACTIVATE, _("Deactivate")),
                    Action(PRICES, _("Change prices"), "prices"),
                ],
            )
            Filters(
                _filters(),
                on_change=guard.signed_in(self._filter_changed),
                values=_panel_values(self.filter),
                pick_labels={"category": self.filter.category},
                on_suggest=self._suggest,
            )
        await self.refresh()

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        page = await product_list.page(asked)
        if asked != self.filter:
            return
        self.table.set_empty(*_empty(asked))
        self.table.show(
            _rows(page.rows, self.shop),
            total=page.total,
            page=page.page,
            page_size=product_list.PAGE_SIZE,
            sort=asked.sort,
            descending=asked.descending,
            live=is_live,
        )

    async def changed(self) -> None:
        """Products are not as they were."""
        await self.refresh(is_live=True)

    async def _set(self, product_filter: ProductFilter) -> None:
        self.filter = product_filter
        query = urlencode(product_filter.query())
        ui.navigate.history.replace(f"{PATH}?{query}" if query else PATH)
        await self.refresh()

    async def _page_asked(self, asked: PageRequest) -> None:
        await self._set(replace(self.filter, page=asked.page, sort=asked.sort or "name", descending=asked.descending))

    async def _filter_changed(self, values: dict[str, str]) -> None:
        self.table.clear_selection()
        kept = {"sort": f"-{self.filter.sort}" if self.filter.descending else self.filter.sort}
        await self._set(ProductFilter.parse(values | kept))

    async def _suggest(self, _name: str, text: str) -> list[tuple[str, str]]:
        if not await guard.current_session():
            return []
        return [(path, path) for path in await product_list.suggest_categories(text)]

    async def _cell_edited(self, edit: CellEdit) -> None:
        if edit.column not in EDITED:
            return
        await product_cells.write(edit.id, EDITED[edit.column], edit.typed, seen=edit.seen)
        await self.refresh()

    async def _action_chosen(self, key: str, selection: Selection) -> None:
        ids = await product_list.matching_ids(self.filter) if selection.all_matching else sorted(selection.ids)
        if key == PRICES:
            await self._change_prices(ids)
            return
        is_on = key == ACTIVATE
        title = _activation_title(len(ids)) if is_on else _deactivation_title(len(ids))
        note = _("Buyers see them again.") if is_on else _("Buyers no longer see them; orders keep them.")
        question = ask(title, note, confirm=_("Activate") if is_on else _("Deactivate"))
        if await guard.answered(question) is None:
            return
        changed = await catalog_editing.set_active(ids, active=is_on)
        self.table.clear_selection()
        toast(ngettext("{n} product changed.", "{n} products changed.", changed).format(n=changed))

    async def _change_prices(self, ids: Sequence[int]) -> None:
        record = await guard.answered(ask_and_change(ids, self.shop))
        if record is None:
            return
        self.table.clear_selection()
        self._tell(record)

    def _tell(self, record: CatalogImport) -> None:
        """Say what was done above the list, with the button that takes it back."""
        count = record.summary["changed"]
        words = ngettext("{n} price changed: {rule}.", "{n} prices changed: {rule}.", count)
        rule = PriceRule.stored(record.price_rule or {}).words
        self.news.clear()
        with self.news, box("notice ok"):
            paragraph(words.format(n=show.number(count, self.shop), rule=rule)).props("role=status")
            Button(_("Undo"), guard.signed_in(partial(self._undo, record.id)))

    async def _undo(self, import_id: int) -> None:
        try:
            told = report.undone(await catalog_import.undo(import_id, (await guard.seller()).email))
        except ShopError as error:
            toast(str(error), "bad")
            return
        self.news.clear()
        with self.news, box("notice"):
            paragraph(told).props("role=status")


def _activation_title(count: int) -> str:
    return ngettext("Activate {n} product?", "Activate {n} products?", count).format(
        n=format_decimal(count, locale=spoken())
    )


def _deactivation_title(count: int) -> str:
    return ngettext("Deactivate {n} product?", "Deactivate {n} products?", count).format(
        n=format_decimal(count, locale=spoken())
    )


def _columns() -> list[Column]:
    return [
        Column("sku", _("SKU"), sortable="up", phone="subtitle", width="22ch"),
        Column("name", _("Name"), sortable="up", phone="title", width="34ch"),
        Column("category", _("Category"), sortable="up", width="20ch"),
        Column("price", _("Price"), sortable="down", align="right", phone="right"),
        Column("pack", _("Pack"), align="right"),
        Column("stock", _("Stock"), sortable="down", align="right"),
        Column("active", _("Active"), sortable="up", phone="right_sub"),
    ]


def _rows(products: Sequence[ProductRow], shop: Shop) -> list[Row]:
    prices = below_each_other([_price(product, shop) for product in products], spoken())
    return [_row(product, price, shop) for product, price in zip(products, prices, strict=True)]


def _row(product: ProductRow, price: str, shop: Shop) -> Row:
    return {
        "id": product.id,
        "href": f"{PATH}/{product.id}",
        "muted": not product.active,
        "sku": {"text": product.sku, "mono": True, "title": product.sku},
        "name": _name(product),
        "category": {"text": product.category, "quiet": True, "title": product.category},
        "price": _edited(product, "price", {"text": price, "sub": product.unit}),
        "pack": _edited(
            product, "pack", {"text": show.number(product.pack_size, shop), "quiet": product.pack_size == 1}
        ),
        "stock": _edited(product, "stock", {"text": _stock(product, shop)}),
        "active": _edited(product, "active", _activity(product)),
    }


def _edited(product: ProductRow, column: str, cell: dict[str, object]) -> Mapping[str, object]:
    """A cell that can be changed where it stands; what a parent shows is told by its variants."""
    if product.variants and column != "active":
        return cell
    edit: dict[str, object] = {
        "value": product_cells.typed_value(EDITED[column], getattr(product, EDITED[column])),
    }
    if column == "active":
        edit["options"] = [[product_cells.YES, _("Active")], [product_cells.NO, _("Inactive")]]
    return cell | {"edit": edit}


def _stock(product: ProductRow, shop: Shop) -> str:
    return show.NOTHING if product.stock is None else show.number(product.stock, shop)


def _activity(product: ProductRow) -> dict[str, object]:
    return {"text": _("Active"), "tag": "ok"} if product.active else {"text": _("Inactive"), "tag": "quiet"}


def _name(product: ProductRow) -> dict[str, str]:
    cell = {"text": product.name, "sub": _about(product), "title": product.name}
    return cell | {"image": product_words.thumb(product.picture)} if product.picture else cell


def _price(product: ProductRow, shop: Shop) -> str:
    price = product_words.unit_price(product.price, shop)
    return _("from {price}").format(price=price) if product.variants and product.price is not None else price


def _about(product: ProductRow) -> str:
    if product.variants:
        return ngettext("{n} variant", "{n} variants", product.variants).format(n=product.variants)
    return ", ".join(product.options)


def _filters() -> list[Filter]:
    choices = tuple((activity.value, _(activity.label)) for activity in Activity)
    return [
        Filter("search", _("Search"), "search", placeholder=_("Name, SKU, EAN")),
        Filter("category", _("Category"), "pick", placeholder=_("Any")),
        Filter("activity", _("Active"), "chips", choices),
    ]


def _panel_values(product_filter: ProductFilter) -> dict[str, str]:
    activity = product_filter.activity
    return {
        "search": product_filter.search,
        "category": product_filter.category,
        "activity": activity.value if activity else "",
    }


def _empty(product_filter: ProductFilter) -> tuple[str, str]:
    if not product_filter.is_empty:
        return _("No product matches"), _("Take a filter away, or reset them all.")
    return _("No products yet"), _("Import the spreadsheet you have, or make a product by hand.")
