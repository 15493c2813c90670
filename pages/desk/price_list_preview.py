"""What a price list would do to a group, before anything is written."""

from collections.abc import Callable, Iterable

from models import Shop
from models.text import _, ngettext
from pages.components.dialog import Dialog
from pages.components.elements import Button, h2, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.simple_table import SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, product_words, show
from services import price_lists
from services.price_lists import Plan, PlannedPrice

MOST_SHOWN = 20  # rows of each table


async def ask_to_import(plan: Plan, shop: Shop) -> bool:
    """Show the plan, and import it if that is wanted; return whether it was."""
    dialog = Dialog(_("Import this price list?"), wide=True)

    async def accept(values: Values) -> None:
        by = (await guard.seller()).email
        count = await price_lists.apply(plan, with_odd=values.get("with_odd") is True, by=by)
        dialog.close(values)
        toast(ngettext("{n} price imported.", "{n} prices imported.", count).format(n=show.number(count, shop)))

    with dialog:
        paragraph(plan.read_as, "muted small")
        paragraph(_counts(plan, shop))
        _prices(_("New and changed"), [*plan.changed, *plan.new], shop)
        _prices(_("Ten times the list price or more, or a tenth or less"), plan.odd, shop)
        _refused(plan, shop)
        if plan.new or plan.changed or plan.odd:
            Form(
                _fields(plan, shop),
                submit=_("Import"),
                on_submit=guard.signed_in(accept),
                secondary=_("Cancel"),
                on_secondary=dialog.close,
            )
        else:
            Button(_("Close"), dialog.close)
    return await dialog.answer() is not None


def _counts(plan: Plan, shop: Shop) -> str:
    counts: tuple[tuple[Callable[[int], str], int], ...] = (
        (lambda n: ngettext("{n} new", "{n} new", n), len(plan.new)),
        (lambda n: ngettext("{n} changed", "{n} changed", n), len(plan.changed)),
        (lambda n: ngettext("{n} unchanged", "{n} unchanged", n), plan.unchanged),
        (lambda n: ngettext("{n} held back", "{n} held back", n), len(plan.odd)),
        (lambda n: ngettext("{n} refused", "{n} refused", n), len(plan.refused)),
    )
    return " · ".join(words(n).format(n=show.number(n, shop)) for words, n in counts if n)


def _fields(plan: Plan, shop: Shop) -> list[Field]:
    if not plan.odd:
        return []
    words = ngettext("Import the price that was held back, too", "Import the {n} held back, too", len(plan.odd))
    return [Field("with_odd", words.format(n=show.number(len(plan.odd), shop)), "checkbox", value=False)]


def _prices(title: str, rows: Iterable[PlannedPrice], shop: Shop) -> None:
    every = list(rows)
    if not every:
        return
    h2(title)
    table = SimpleTable(
        [(_("Product"), "left"), (_("List price"), "right"), (_("Before"), "right"), (_("Price"), "right")],
        label=title,
    )
    table.show(_row(row, shop) for row in every[:MOST_SHOWN])
    _more(len(every), shop)


def _row(row: PlannedPrice, shop: Shop) -> dict[str, object]:
    cells = [
        {"text": row.sku, "mono": True, "sub": row.name},
        {"text": product_words.unit_price(row.list_price, shop), "quiet": True},
        product_words.unit_price(row.before, shop),
        {"text": product_words.unit_price(row.price, shop), "strong": True},
    ]
    return {"id": row.product_id, "cells": cells, "act": ""}


def _refused(plan: Plan, shop: Shop) -> None:
    if not plan.refused:
        return
    h2(_("Refused"))
    table = SimpleTable([(_("Row"), "right"), (_("SKU"), "left"), (_("Why"), "left")], label=_("Refused"))
    table.show(
        {"id": row.number, "cells": [str(row.number), {"text": row.text, "mono": True}, row.reason], "act": ""}
        for row in plan.refused[:MOST_SHOWN]
    )
    _more(len(plan.refused), shop)


def _more(count: int, shop: Shop) -> None:
    if count > MOST_SHOWN:
        paragraph(_("… and {n} more").format(n=show.number(count - MOST_SHOWN, shop)), "muted small")
