"""The sections of the terms of sale that list surcharges, zones and discount codes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from models import DiscountCode, Shop, Surcharge, SurchargeKind
from models.errors import ShopError
from models.text import _
from pages.components.dialog import ask
from pages.components.elements import Button, box, h2, paragraph
from pages.components.form_values import Field, Values
from pages.components.simple_table import Align, SimpleTable
from pages.components.toasts import toast
from pages.desk import charge_fields, guard, rule_words
from pages.desk.editing import Removal, edit
from services import discount_codes, parameters, surcharges

Cells = list[str | Mapping[str, Any]]
OFFERED = (SurchargeKind.TRANCHES, SurchargeKind.FIXED, SurchargeKind.PERCENT)


class Section(ABC):
    """A short list with a button that adds to it and one in each row that edits it."""

    title: str
    note: str
    empty: str
    add: str
    columns: tuple[tuple[str, Align], ...]

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def build(self) -> None:
        """Make the section."""
        with box("panel", tag="section"):
            h2(self.title)
            self.table = SimpleTable(
                [*self.columns, ("", "left")], label=self.title, empty=self.empty, on_act=guard.signed_in(self._edit)
            )
            with box("pad line"):
                Button(self.add, guard.signed_in(self._add))
                paragraph(self.note, "muted small grow")
        await self.refresh()

    async def refresh(self) -> None:
        """Show what is stored now, in the shop's currency of now."""
        self.shop = await parameters.current()
        self.table.show([self._row(row) for row in await self._rows()])

    def _row(self, row: Any) -> dict[str, Any]:
        standing = {"text": _("Active"), "tag": "ok"} if row.active else {"text": _("Switched off"), "tag": "quiet"}
        return {"id": row.id, "cells": [*self._cells(row), standing], "act": _("Edit")}

    async def _add(self) -> None:
        if await self._ask_new():
            await self._saved(_("Saved."))

    async def _edit(self, row_id: int) -> None:
        try:
            changed = await self._ask_edit(row_id)
        except ShopError as error:
            toast(str(error), "bad")
            changed = False
        if changed:
            await self._saved(_("Saved. Requests already sent keep their prices."))
        else:
            await self.refresh()

    async def _saved(self, words: str) -> None:
        await self.refresh()
        toast(words)

    def money(self, amount: str) -> str:
        """An amount as the shop writes it."""
        return rule_words.money(amount, self.shop.currency)

    @abstractmethod
    async def _rows(self) -> list[Any]: ...

    @abstractmethod
    def _cells(self, row: Any) -> Cells: ...

    @abstractmethod
    async def _ask_new(self) -> bool: ...

    @abstractmethod
    async def _ask_edit(self, row_id: int) -> bool: ...


class Surcharges(Section):
    """Fixed surcharges, percentages, and the minimum order in tranches."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self.title = _("Surcharges")
        self.note = _("Worked out after the discount, and shown in the cart with their reason.")
        self.empty = _("None: the total is the sum of the lines.")
        self.add = _("New surcharge")
        self.columns = ((_("Title"), "left"), (_("Surcharge"), "left"))

    async def _rows(self) -> list[Surcharge]:
        return [row for row in await surcharges.every() if row.kind is not SurchargeKind.ZONE]

    def _cells(self, row: Surcharge) -> Cells:
        words = rule_words.surcharge(row.kind, row.amount, row.tranches, self.shop.currency)
        return [
            {"text": row.title, "strong": True, "sub": row.code, "sub_mono": True},
            {"text": words, "sub": _(row.kind.label)},
        ]

    async def _ask_new(self) -> bool:
        options = tuple((kind.value, _(kind.label)) for kind in OFFERED)
        question = Field("kind", _("Which kind?"), "radio", OFFERED[0].value, required=True, options=options)
        answer = await ask(_("New surcharge"), confirm=_("Continue"), fields=[question])
        return answer is not None and await self._open(SurchargeKind(str(answer["kind"])), None)

    async def _ask_edit(self, row_id: int) -> bool:
        row = await surcharges.get(row_id)
        return await self._open(row.kind, row)

    async def _open(self, kind: SurchargeKind, row: Surcharge | None) -> bool:
        text = _(kind.label) + "."
        if kind is SurchargeKind.TRANCHES:
            text += " " + _("A value at the bound belongs to the next tranche. Empty rows are left out.")
        fields = charge_fields.surcharge(kind, row)
        return await _edit_surcharge(row.title if row else _("New surcharge"), kind, row, fields, text)


class Zones(Section):
    """Delivery zones: the buyer chooses one before sending."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self.title = _("Zones")
        self.note = _("Buyers choose their zone in the cart.")
        self.empty = _("None: buyers are not asked for a zone.")
        self.add = _("New zone")
        self.columns = ((_("Zone"), "left"), (_("Surcharge"), "right"))

    async def _rows(self) -> list[Surcharge]:
        return [row for row in await surcharges.every() if row.kind is SurchargeKind.ZONE]

    def _cells(self, row: Surcharge) -> Cells:
        return [{"text": row.zone, "strong": True, "sub": row.title}, self.money(row.amount)]

    async def _ask_new(self) -> bool:
        return await self._open(None)

    async def _ask_edit(self, row_id: int) -> bool:
        return await self._open(await surcharges.get(row_id))

    async def _open(self, row: Surcharge | None) -> bool:
        title = row.zone if row else _("New zone")
        return await _edit_surcharge(title, SurchargeKind.ZONE, row, charge_fields.zone(row), "")


class DiscountCodes(Section):
    """Codes that buyers enter in the cart."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop)
        self.title = _("Discount codes")
        self.note = _("Capitals or not, it is the same code.")
        self.empty = _("None: no code takes anything off.")
        self.add = _("New discount code")
        self.columns = ((_("Code"), "left"), (_("Discount"), "right"), (_("Valid"), "left"))

    async def _rows(self) -> list[DiscountCode]:
        return await discount_codes.every()

    def _cells(self, row: DiscountCode) -> Cells:
        off = rule_words.discount(row.kind, row.amount, self.shop.currency)
        code = {"text": row.code, "mono": True, "strong": True, "sub": row.title}
        return [code, off, rule_words.valid(row.valid_from_date, row.valid_to_date)]

    async def _ask_new(self) -> bool:
        return await self._open(None)

    async def _ask_edit(self, row_id: int) -> bool:
        return await self._open(await discount_codes.get(row_id))

    async def _open(self, row: DiscountCode | None) -> bool:
        row_id = row.id if row else None

        async def save(values: Values) -> None:
            await discount_codes.save(row_id, values, by=(await guard.seller()).email)

        async def delete() -> None:
            await discount_codes.delete(row_id or 0, by=(await guard.seller()).email)

        title = _("Delete the discount code?")
        removal = Removal(title, _("Orders already sent keep their discount."), delete) if row else None
        heading = row.code if row else _("New discount code")
        return await edit(heading, charge_fields.discount_code(row), save, removal=removal)


async def _edit_surcharge(
    heading: str, kind: SurchargeKind, row: Surcharge | None, fields: list[Field], text: str
) -> bool:
    row_id = row.id if row else None

    async def save(values: Values) -> None:
        await surcharges.save(row_id, kind, values, by=(await guard.seller()).email)

    async def delete() -> None:
        await surcharges.delete(row_id or 0, by=(await guard.seller()).email)

    title = _("Delete the zone?") if kind is SurchargeKind.ZONE else _("Delete the surcharge?")
    removal = Removal(title, _("Orders already sent keep what they were charged."), delete) if row else None
    return await edit(heading, fields, save, text=text, removal=removal)
