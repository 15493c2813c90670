"""The history of the catalogue: each import and change of many prices, what it did, and the way back."""

from collections.abc import Callable

from fastapi import Request

from models import CatalogImport, Shop, query_values
from models.errors import NotFoundError
from models.text import _, ngettext
from pages.components.elements import Button, box, link, paragraph
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.undo_import import ask_and_undo
from pages.frame import page_head
from services import catalog_import, live
from services.catalog_import import history, report
from services.catalog_import.history import ChangedProduct

PATH = "/desk/imports"
PRODUCTS = "/desk/products"
OUTCOME_WORDS: dict[str, Callable[[int], str]] = {  # of products, as an import's summary counts them
    "new": lambda n: ngettext("{n} new", "{n} new", n),
    "changed": lambda n: ngettext("{n} changed", "{n} changed", n),
    "deactivated": lambda n: ngettext("{n} deactivated", "{n} deactivated", n),
    "unchanged": lambda n: ngettext("{n} unchanged", "{n} unchanged", n),
    "refused": lambda n: ngettext("{n} refused", "{n} refused", n),
}


def register() -> None:
    """Declare the pages."""
    desk_page(PATH, imports)
    desk_page(PATH + "/{import_id}", one_import)


async def imports(visit: Visit, _request: Request) -> None:
    """Build the list."""
    listed = History(visit.shop)
    with frame(visit, _("History of the catalogue"), PRODUCTS):
        await listed.build()
    live.catalog.subscribe(guard.told(listed.refresh))


async def one_import(visit: Visit, request: Request) -> None:
    """Build the page of one import. Raises NotFoundError."""
    import_id = query_values.number(request.path_params["import_id"])
    if import_id is None:
        raise NotFoundError(_("There is no such import."))
    sheet = ImportSheet(visit.shop, await history.get(import_id))
    with frame(visit, catalog_import.told(sheet.record), PRODUCTS):
        await sheet.build()
    live.catalog.subscribe(guard.told(sheet.refresh))


class History:
    """An open list of the imports."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.page = 1

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Products"), PRODUCTS, "crumb")
        with page_head(_("History of the catalogue")):
            pass
        self.table = Table(
            _columns(),
            label=_("History of the catalogue"),
            on_page=guard.signed_in(self._page_asked),
            empty=(_("Nothing was imported yet"), _("Imports and changes of many prices are listed here.")),
        )
        await self.refresh()

    async def refresh(self) -> None:
        """Show the page as it is now."""
        page = await history.page(self.page)
        rows = [_row(record, self.shop) for record in page.rows]
        self.table.show(rows, total=page.total, page=page.page, page_size=history.PAGE_SIZE)

    async def _page_asked(self, asked: PageRequest) -> None:
        self.page = asked.page
        await self.refresh()


class ImportSheet:
    """An open page of one import: what it changed, and whether it has been taken back."""

    def __init__(self, shop: Shop, record: CatalogImport) -> None:
        self.shop, self.record = shop, record
        self.page = 1

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ History"), PATH, "crumb")
        with page_head(catalog_import.told(self.record), _about(self.record, self.shop)):
            self.button = Button(_("Take back"), guard.signed_in(self._undo), "danger quiet")
        self.news = box("news")
        self.table = Table(
            _change_columns(),
            label=_("What was changed"),
            on_page=guard.signed_in(self._page_asked),
            empty=(_("No product was changed"), ""),
        )
        await self.refresh()

    async def refresh(self) -> None:
        """Show it as it is now."""
        self.record = await history.get(self.record.id)
        page = await history.changes(self.record.id, self.page)
        self.button.set_visibility(self.record.undone_at is None and page.total > 0)
        self.table.show(
            [_change_row(row) for row in page.rows], total=page.total, page=page.page, page_size=history.PAGE_SIZE
        )

    async def _page_asked(self, asked: PageRequest) -> None:
        self.page = asked.page
        await self.refresh()

    async def _undo(self) -> None:
        told = await ask_and_undo(self.record)
        if not told:
            return
        self.news.clear()
        with self.news, box("notice"):
            paragraph(told).props("role=status")
        await self.refresh()


def counts(record: CatalogImport, shop: Shop) -> str:
    """What an import did, in numbers."""
    done = record.summary
    told = [words(n).format(n=show.number(n, shop)) for key, words in OUTCOME_WORDS.items() if (n := done.get(key, 0))]
    return ", ".join(told) or show.NOTHING


def _columns() -> list[Column]:
    return [
        Column("name", _("File or prices"), phone="title", width="40ch"),
        Column("at", _("When"), phone="right"),
        Column("by", _("Who"), width="28ch"),
        Column("counts", _("Products"), phone="subtitle", width="44ch"),
        Column("state", _("Status"), phone="right_sub"),
    ]


def _row(record: CatalogImport, shop: Shop) -> Row:
    return {
        "id": record.id,
        "href": f"{PATH}/{record.id}",
        "muted": record.undone_at is not None,
        "name": {"text": catalog_import.told(record), "strong": True, "title": catalog_import.told(record)},
        "at": {"text": show.short_time(record.created_at, shop), "title": show.full_time(record.created_at, shop)},
        "by": {"text": record.done_by, "quiet": True, "title": record.done_by},
        "counts": counts(record, shop),
        "state": {"text": _("taken back"), "tag": "quiet"} if record.undone_at else "",
    }


def _about(record: CatalogImport, shop: Shop) -> str:
    parts = [show.full_time(record.created_at, shop), record.done_by, counts(record, shop)]
    if record.undone_at:
        parts.append(_("taken back {time}").format(time=show.full_time(record.undone_at, shop)))
    return " · ".join(parts)


def _change_columns() -> list[Column]:
    return [
        Column("sku", _("SKU"), width="24ch"),
        Column("name", _("Name"), phone="title", width="36ch"),
        Column("kind", _("Outcome"), phone="right"),
        Column("what", _("What was changed"), phone="subtitle", width="80ch"),
    ]


def _change_row(row: ChangedProduct) -> Row:
    told = [report.value(one) if row.is_new else report.change(one) for one in row.changes]
    return {
        "id": row.id,
        "href": f"{PRODUCTS}/{row.product_id}" if row.product_id else "",
        "muted": row.product_id is None,
        "sku": {"text": row.sku, "mono": True, "title": row.sku},
        "name": {"text": row.name or row.sku, "title": row.name},
        "kind": {"text": _("New"), "tag": "ok"} if row.is_new else {"text": _("Changed"), "tag": "look"},
        "what": {"text": "; ".join(told), "title": "\n".join(told)},
    }
