"""What a file would do: its columns, its rows by outcome, and the button that writes it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from decimal import Decimal

from models import Shop
from models.errors import ShopError
from models.text import _, ngettext
from pages.components.column_chooser import ColumnChooser, FileColumn
from pages.components.elements import Button, box, paragraph, text
from pages.components.figures import Figure, Figures
from pages.components.table import Action, Column, PageRequest, Row, Selection, Table
from pages.components.toasts import toast
from pages.desk import guard, product_words, show
from services import catalog_import
from services.catalog_import import Field, ImportPlan, Outcome, Progress, RowOutcome, SourceTable, report

PAGE_SIZE = 50
RELEASE = "release"
SAMPLE_ROWS, SAMPLES, SAMPLE_LENGTH = 50, 3, 40
TONES = {
    Outcome.NEW: "ok",
    Outcome.CHANGED: "look",
    Outcome.UNCHANGED: "quiet",
    Outcome.REFUSED: "bad",
    Outcome.MERGED: "quiet",
}


class ImportPreview:
    """The preview of one file; its choices are planned again at once, and nothing is written by looking."""

    def __init__(
        self,
        shop: Shop,
        table: SourceTable,
        *,
        watched: Callable[[], AbstractContextManager[Progress]],
        on_import: Callable[[ImportPlan], Awaitable[None]],
        on_cancel: Callable[[], Awaitable[None]],
    ) -> None:
        """`watched` shows how far a plan has come, as long as it is made."""
        self.shop = shop
        self.table = table
        self.released: frozenset[str] = frozenset()
        self.chosen: Outcome | None = None
        self.page = 1
        self._watched, self._on_import, self._on_cancel = watched, on_import, on_cancel
        self._turn = asyncio.Lock()  # a plan of what was chosen last is never overtaken by an earlier one

    async def look(self, on_progress: Progress) -> None:
        """Plan for the first time."""
        remembered = await catalog_import.remembered(self.table)
        self.mapping = catalog_import.recognise(self.table, remembered)
        await self._plan(on_progress)
        self.chosen = next((o for o in (Outcome.REFUSED, Outcome.CHANGED) if self.plan.counts[o]), None)

    def build(self) -> None:
        """Make the elements, once the plan is known: there is nothing to press before."""
        self._make()
        self._show()

    def _make(self) -> None:
        """Make the elements, empty."""
        with box("line"):
            with box("grow"):
                text(self.table.file_name, "strong")
                self.about = paragraph("", "muted small")
            Button(_("Another file"), guard.signed_in(self._on_cancel))
            self.button = Button(_("Import"), guard.signed_in(self._import), "primary")
        self.warning = paragraph("", "notice bad")
        self.chooser = ColumnChooser(_field_choices(), on_choose=guard.signed_in(self._column_chosen))
        self.figures = Figures([], label=_("Rows by outcome"), on_choose=guard.signed_in(self._outcome_chosen))
        self.rows = Table(
            _columns(),
            label=_("Rows of the file"),
            on_page=guard.signed_in(self._page_asked),
            on_action=guard.signed_in(self._release),
            actions=[],
        )

    async def _plan(self, on_progress: Progress) -> None:
        self.plan = await catalog_import.plan(
            self.table,
            self.mapping,
            currency=self.shop.currency,
            language=self.shop.language,
            released=self.released,
            on_progress=on_progress,
        )

    async def _plan_again(self) -> None:
        """Plan what is chosen now; what was planned before cannot be imported meanwhile."""
        async with self._turn:
            self.button.set_enabled(False)
            with self._watched() as progress:
                await self._plan(progress)
        self._show()

    def _show(self) -> None:
        """Show the plan as it is now."""
        plan = self.plan
        self.about.set_text(_about(plan, self.shop))
        missing = ", ".join(plan.missing)
        self.warning.set_text(_("No column is known for: {names}. Choose it below.").format(names=missing))
        self.warning.set_visibility(bool(missing))
        self.button.set_text(_import_words(plan, self.shop))
        self.button.set_enabled(plan.changes_anything and not self._turn.locked())
        self.chooser.show(_file_columns(self.table, plan), _columns_summary(plan))
        self.figures.show(
            Figure(
                o.value,
                _(o.label),
                show.number(n, self.shop),
                active=o is self.chosen,
                bad=o is Outcome.REFUSED and n > 0,
            )
            for o, n in plan.counts.items()
        )
        is_held = any(row.is_held for row in plan.outcomes)
        self.rows.set_actions([Action(RELEASE, _("Take the new price"))] if is_held else [])
        self._show_rows()

    def _show_rows(self) -> None:
        found = [row for row in self.plan.outcomes if self.chosen in {None, row.outcome}]
        self.page = min(self.page, max(1, -(-len(found) // PAGE_SIZE)))
        start = (self.page - 1) * PAGE_SIZE
        self.rows.set_empty(_("No rows here"))
        self.rows.show(
            [_row(row, self.shop) for row in found[start : start + PAGE_SIZE]],
            total=len(found),
            page=self.page,
            page_size=PAGE_SIZE,
        )

    async def _page_asked(self, asked: PageRequest) -> None:
        self.page = asked.page
        self._show_rows()

    async def _outcome_chosen(self, key: str) -> None:
        self.chosen = None if self.chosen == key else Outcome(key)
        self.page = 1
        self.rows.clear_selection()
        self._show()

    async def _column_chosen(self, column: int, field: str) -> None:
        self.mapping = self.mapping.with_field(column, Field(field) if field else None)
        await self._plan_again()

    async def _release(self, _key: str, selection: Selection) -> None:
        held = [row for row in self.plan.outcomes if row.is_held]
        wanted = [row for row in held if selection.all_matching or row.number in selection.ids]
        self.released |= {row.sku for row in wanted}
        await self._plan_again()
        self.rows.clear_selection()
        toast(
            ngettext("{n} price is taken as it is.", "{n} prices are taken as they are.", len(wanted)).format(
                n=len(wanted)
            )
        )

    async def _import(self) -> None:
        try:
            await self._on_import(self.plan)
        except ShopError as error:
            await self._plan_again()
            toast(str(error), "bad")


def _about(plan: ImportPlan, shop: Shop) -> str:
    rows = ngettext("{n} row", "{n} rows", len(plan.outcomes)).format(n=show.number(len(plan.outcomes), shop))
    sign = _("decimal comma") if plan.understood.price_sign == "," else _("decimal point")
    header = _("with a header") if plan.table.has_header else _("without a header")
    return " · ".join([rows, plan.table.dialect, header, sign, shop.currency])


def _import_words(plan: ImportPlan, shop: Shop) -> str:
    count = len(plan.products)
    return (
        ngettext("Import {n} product", "Import {n} products", count).format(n=show.number(count, shop))
        if count
        else _("Nothing to import")
    )


def _columns_summary(plan: ImportPlan) -> str:
    used = sum(1 for field in plan.mapping.fields if field)
    words = _("Columns: {used} of {all} are used. Look at them, or choose others.")
    return words.format(used=used, all=len(plan.mapping.fields))


def _field_choices() -> list[tuple[str, str]]:
    return [(field.value, _(field.label)) for field in Field]


def _file_columns(table: SourceTable, plan: ImportPlan) -> list[FileColumn]:
    return [
        FileColumn(name, _samples(table, place), field.value if field else "")
        for place, (name, field) in enumerate(zip(table.header, plan.mapping.fields, strict=True))
    ]


def _samples(table: SourceTable, place: int) -> tuple[str, ...]:
    cells = [row.cells[place] for row in table.rows[:SAMPLE_ROWS] if place < len(row.cells) and row.cells[place]]
    return tuple(" ".join(cell.split())[:SAMPLE_LENGTH] for cell in dict.fromkeys(cells))[:SAMPLES]


def _columns() -> list[Column]:
    return [
        Column("number", _("Row"), align="right", phone="right_sub"),
        Column("outcome", _("Outcome"), phone="right"),
        Column("sku", _("SKU"), width="26ch"),
        Column("name", _("Name"), phone="title", width="36ch"),
        Column("price", _("Price"), align="right", width="18ch"),
        Column("why", _("What happens"), phone="subtitle", width="70ch", whole=True),
    ]


def _row(row: RowOutcome, shop: Shop) -> Row:
    words = row.reason or "; ".join(map(report.change, row.changes))
    notes, price = " ".join(row.notes), _price(row, shop)
    why = {"text": words or notes, "sub": notes if words else "", "title": " ".join(filter(None, [words, notes]))}
    return {
        "id": row.number,
        "number": {"text": str(row.number), "quiet": True},
        "outcome": {"text": _("Held back") if row.is_held else _(row.outcome.label), "tag": TONES[row.outcome]},
        "sku": {"text": row.sku, "mono": True, "title": row.sku},
        "name": {"text": row.name, "title": row.name},
        "price": {"text": price, "title": price},
        "why": why,
    }


def _price(row: RowOutcome, shop: Shop) -> str:
    """The price as it will be, or as the file has it where that cannot be taken."""
    if row.outcome is Outcome.REFUSED:
        return row.price
    return product_words.unit_price(Decimal(row.price) if row.price else None, shop)
