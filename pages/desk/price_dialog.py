"""Many prices changed at once: the rule, what it would do while it is typed, and the button that writes it."""

from collections.abc import Collection, Sequence

from models import CatalogImport, Shop
from models.errors import FieldErrors, ShopError
from models.price_rule import By, PriceRule, Rounding
from models.text import _, ngettext
from pages.components.dialog import Dialog
from pages.components.elements import box, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.simple_table import Align, SimpleTable
from pages.desk import guard, product_words, show
from services import price_changes, throttle
from services.price_changes import NewPrice, Priced, PricePlan

MOST_SHOWN = 12
FIRST: Values = {
    "by": By.PERCENT.value,
    "direction": "up",
    "change": "",
    "rounding": Rounding.CENT.value,
    "breaks": True,
}


async def ask_and_change(product_ids: Collection[int], shop: Shop) -> CatalogImport | None:
    """Ask how the prices of these products and of their variants change, and write it; return what was written."""
    products = await price_changes.chosen(product_ids)
    dialog = Dialog(_("Change prices"), wide=True)
    with dialog:
        question = _Question(products, shop, dialog)
        question.build()
    await dialog.answer()
    return question.written


class _Question:
    """The open dialog."""

    def __init__(self, products: Sequence[Priced], shop: Shop, dialog: Dialog) -> None:
        self.products, self.shop, self.dialog = products, shop, dialog
        self.written: CatalogImport | None = None

    def build(self) -> None:
        """Make the elements."""
        self.form = Form(
            _fields(self.shop),
            submit=_("Change prices"),
            on_submit=guard.signed_in(self._apply),
            on_draft=guard.signed_in(self._typed),
            secondary=_("Cancel"),
            on_secondary=self.dialog.close,
        )
        with box("stack") as self.preview:
            self.sums = paragraph(_of_products(len(self.products), self.shop)).props("role=status")
            columns: list[tuple[str, Align]] = [
                (_("Product"), "left"),
                (_("Price"), "right"),
                (_("New price"), "right"),
                ("", "right"),
            ]
            self.rows = SimpleTable(columns, label=_("New prices"))
            self.more = paragraph("", "muted small")
        self._show_rows(())

    async def _plan(self, values: Values) -> PricePlan:
        rule = PriceRule.parse(values)
        return await price_changes.plan(self.products, rule, with_breaks=values.get("breaks") is True)

    async def _typed(self, values: Values) -> None:
        try:
            throttle.spend(throttle.DRAFT, (await guard.seller()).email)
            plan = await self._plan(values)
        except FieldErrors:  # half typed: it is told when the button is pressed
            self._show_nothing(_of_products(len(self.products), self.shop))
        except ShopError as error:
            self._show_nothing(str(error))
        else:
            self.form.clear_errors()
            self._show(plan)

    def _show(self, plan: PricePlan) -> None:
        count = len(plan.changes)
        words = ngettext("Change {n} price", "Change {n} prices", count).format(n=show.number(count, self.shop))
        self.form.props["submit"] = words if count else _("Change prices")
        self.sums.set_text(_sums(plan, self.shop))
        extremes = [] if count <= MOST_SHOWN else list(plan.extremes)
        others = [new for new in plan.changes if new not in extremes]
        self._show_rows([*extremes, *others][:MOST_SHOWN])
        more = count - MOST_SHOWN
        self.more.set_text(_("… and {n} more").format(n=show.number(more, self.shop)) if more > 0 else "")

    def _show_nothing(self, words: str) -> None:
        self.form.props["submit"] = _("Change prices")
        self.sums.set_text(words)
        self.more.set_text("")
        self._show_rows(())

    def _show_rows(self, changes: Sequence[NewPrice]) -> None:
        self.rows.show(_row(new, self.shop) for new in changes)
        self.rows.set_visibility(bool(changes))

    async def _apply(self, values: Values) -> None:
        self.written = await price_changes.apply(await self._plan(values), by=(await guard.seller()).email)
        self.dialog.close(values)


def _fields(shop: Shop) -> list[Field]:
    directions = (("up", _("Up")), ("down", _("Down")))
    by = ((By.PERCENT.value, _("percent")), (By.AMOUNT.value, shop.currency))
    roundings = tuple((rounding.value, _(rounding.label)) for rounding in Rounding)
    return [
        Field(
            "direction", _("Direction"), "select", FIRST["direction"], required=True, options=directions, width="third"
        ),
        Field("change", _("By"), "money", "", required=True, max_length=12, width="third", placeholder="5"),
        Field("by", _("Of what"), "select", FIRST["by"], required=True, options=by, width="third"),
        Field("rounding", _("New prices are"), "select", FIRST["rounding"], required=True, options=roundings),
        Field(
            "breaks",
            _("Quantity breaks as well"),
            "checkbox",
            value=True,
            hint=_("Prices that a group has of its own stay as they are; requests already sent do, too."),
        ),
    ]


def _of_products(count: int, shop: Shop) -> str:
    return ngettext("{n} product is chosen.", "{n} products are chosen.", count).format(n=show.number(count, shop))


def _sums(plan: PricePlan, shop: Shop) -> str:
    counts = (
        (lambda n: ngettext("{n} changes", "{n} change", n), len(plan.changes)),
        (lambda n: ngettext("{n} unchanged", "{n} unchanged", n), plan.unchanged),
        (lambda n: ngettext("{n} without a price", "{n} without a price", n), plan.without_price),
        (_refused, len(plan.refused)),
    )
    told = [words(n).format(n=show.number(n, shop)) for words, n in counts if n]
    if plan.changes:
        least, most = plan.extremes[0], plan.extremes[-1]
        told.append(_("from {least} to {most}").format(least=_share(least), most=_share(most)))
    return " · ".join(told)


def _refused(count: int) -> str:
    return ngettext(
        "{n} stays, because nothing would be left of it or too much come of it",
        "{n} stay, because nothing would be left of them or too much come of them",
        count,
    )


def _row(new: NewPrice, shop: Shop) -> dict[str, object]:
    product = new.product
    cells = [
        {"text": product.name, "sub": product.sku, "sub_mono": True},
        {"text": product_words.unit_price(product.price, shop), "quiet": True},
        {"text": product_words.unit_price(new.price, shop), "strong": True},
        {"text": _share(new) if product.price else _("breaks"), "quiet": True},
    ]
    return {"id": product.id, "cells": cells, "act": ""}


def _share(new: NewPrice) -> str:
    """How much dearer or cheaper, `+5.2 %`."""
    return show.signed_percent((new.share - 1) * 100)
