"""Editing an order before it is confirmed: products, charges and buyer in fields; what differs is shown first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from nicegui import ui

from models.errors import FieldErrors, NotFoundError, ShopError
from models.money import show_amount
from models.order import ChargeKind
from models.order_edit import MAX_CHARGES, OrderDraft, changes, merged
from models.order_form import OrderForm
from models.text import _, spoken
from pages.components.cart_lines import Amounts
from pages.components.dialog import Dialog
from pages.components.elements import Button, box, h2, link, link_button, paragraph, text
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.order_edit import EditCharges
from pages.components.simple_table import Align, SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, order_fields, trail
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.draft_rows import DraftRows
from pages.desk.product_rows import ProductRows
from pages.frame import page_head
from services import desk_products, live, order_editing, orders, parameters, terms_trial
from services.order_editing import EditedMeanwhileError, Opened

PRICES_TOLD = "prices_told"


def register() -> None:
    """Declare the page."""
    desk_page("/desk/orders/{number}/edit", edit)


async def edit(visit: Visit, request: Request) -> None:
    """Build the page; an order that cannot be edited any more says so, with the way back to it."""
    number = request.path_params["number"]
    came_from = trail.cleaned(request.query_params.get(trail.CAME_FROM, ""))
    try:
        opened = await order_editing.open_order(number)
    except NotFoundError:
        raise
    except ShopError as refused:
        with frame(visit, number, "/desk"):
            link(f"‹ {number}", trail.address(number, came_from), "crumb")
            with box("notice wait"):
                text(str(refused))
        return
    with frame(visit, _("Edit {number}").format(number=number), "/desk"):
        page = OrderEditor(visit, opened, came_from)
        await page.build()
    live.orders.subscribe(guard.told(page.orders_changed))


class OrderEditor:
    """An order that is being edited: as it was opened, and what has been typed since."""

    def __init__(self, visit: Visit, opened: Opened, came_from: str) -> None:
        self.visit, self.shop, self.opened = visit, visit.shop, opened
        self.rows = DraftRows(opened.draft)
        self.hides_prices = opened.draft.prices_hidden
        self.zones: tuple[str, ...] = ()
        self.zone = opened.draft.form.zone  # as it is chosen now: the terms charge by it
        self._is_saved = False
        self._came_from = came_from

    async def build(self) -> None:
        """Make the elements and fill them."""
        number = self.opened.order.number
        self.zones = await terms_trial.zones()
        link(f"‹ {number}", self._address(), "crumb")
        with page_head(_("Edit {number}").format(number=number)):
            pass
        with box("notices"):
            self.news = box("notice wait")
            self.news.props["role"] = "status"
            self.news.set_visibility(False)
            self._tell_what_has_gone_out()
        with box("two of-editing"):
            with box("stack"):
                await self._build_products()
                self._build_charges()
            with box("panel pad"):
                self.form = Form(
                    self._fields(order_fields.answers(self.opened.draft.form)),
                    submit=_("Review and save"),
                    on_submit=guard.signed_in(self._review),
                    on_draft=guard.signed_in(self._typed),
                    on_press=self.products.mark_missing,
                )
                with self.form:
                    link_button(_("Cancel"), self._address())
        self._show()

    async def orders_changed(self, order_ids: frozenset[int]) -> None:
        """Say at once that somebody else has saved, and what they did comes up when this is saved."""
        if self.opened.order.id not in order_ids or self._is_saved:
            return
        now = await orders.get(self.opened.order.id)
        if now.confirmed_at or now.is_locked or now.revision != self.opened.order.revision:
            self._tell_news(
                _("It was confirmed meanwhile, or its buyer erased: it cannot be edited any more.")
                if now.confirmed_at or now.is_locked
                else _("Somebody else has just changed this order. You see what when you save; nothing gets lost.")
            )

    def _address(self, part: str = "") -> str:
        """The order's page, which leads on to the list somebody came from, or a part of it."""
        return trail.address(self.opened.order.number, self._came_from, part)

    def _tell_news(self, words: str) -> None:
        self.news.clear()
        with self.news:
            text(words)
        self.news.set_visibility(True)

    def _tell_what_has_gone_out(self) -> None:
        if self.opened.gone_out:
            with box("notice wait"), box("stack tight"):
                text(_("This order has gone out already, as it was. Send it again once you have changed it."))
                text(" · ".join(self.opened.gone_out), "muted small wrap")

    async def _build_products(self) -> None:
        told = await desk_products.prices_of(self.opened.order, self.shop)
        self.products = ProductRows(self.rows, told, on_change=self._changed)
        self.products.build()

    def _build_charges(self) -> None:
        with box("panel"):
            h2(_("Discounts and surcharges"))
            self.charges = EditCharges(
                self.rows.currency,
                on_charge=guard.signed_in(self._charge_typed),
                on_remove=guard.signed_in(self._charge_removed),
                on_restore=guard.signed_in(self._charges_restored),
            )
            with box("line pad edit-actions"):
                Button(_("Add a discount"), self._adding(ChargeKind.DISCOUNT), "small")
                Button(_("Add a surcharge"), self._adding(ChargeKind.SURCHARGE), "small")
                Button(_("Work out by the terms of sale"), self._safely(self._work_out), "small quiet")
            with box("pad order-sum"):
                self.sums = Amounts((), total="")

    def _fields(self, known: order_fields.Answers) -> list[Field]:
        asked = order_fields.fields(known, self.shop, self.zones, with_email=False)
        if self.opened.draft.prices_hidden:
            words = _("Tell the buyer the prices")
            asked.append(Field(PRICES_TOLD, words, "checkbox", not self.hides_prices))
        return asked

    async def _changed(self) -> None:
        self._show()

    async def _typed(self, values: Values) -> None:
        self.zone = str(values.get("zone", self.zone))

    def _show(self, *, anew: bool = False, fresh: int = 0) -> None:
        self.products.show(priced=True, anew=anew)
        self.charges.show(self.rows.shown_charges(), anew=anew, fresh=fresh)
        before, quoted = self.opened.draft.quote, self._draft(self.opened.draft.form).quote
        was = show_amount(before.total, self.rows.currency, spoken())
        self.sums.show(
            _sum_rows(quoted.lines_total, quoted.discounts, quoted.surcharges, self.rows.currency),
            total=show_amount(quoted.total, self.rows.currency, spoken()),
            note=_("before: {total}").format(total=was) if before.total != quoted.total else "",
        )

    def _draft(self, form: OrderForm) -> OrderDraft:
        return replace(self.rows.onto(self.opened.draft), form=form, prices_hidden=False)

    async def _charge_typed(self, key: int, title: str, amount: str) -> None:
        self.rows.type_charge(key, title, amount)
        self._show()

    async def _charge_removed(self, key: int, is_removed: bool) -> None:
        self.rows.remove_charge(key, is_removed=is_removed)
        self._show()

    async def _charges_restored(self, kept: Sequence[Any]) -> None:
        """Type again what was typed before the page was loaded anew."""
        for row in kept:
            kind = ChargeKind.DISCOUNT if row["discount"] else ChargeKind.SURCHARGE
            if row["key"] not in self.rows.charges and len(self.rows.charges) >= MAX_CHARGES:
                continue
            key = row["key"] if row["key"] in self.rows.charges else self.rows.add_charge(kind)
            self.rows.type_charge(key, row["title"], row["amount"])
            self.rows.remove_charge(key, is_removed=row["removed"])
        self._show()

    def _adding(self, kind: ChargeKind) -> Callable[[], Awaitable[None]]:
        async def add() -> None:
            self._show(fresh=self.rows.add_charge(kind))

        return self._safely(add)

    async def _work_out(self) -> None:
        draft = self._draft(replace(self.opened.draft.form, zone=self.zone))
        self.rows.set_charges(await order_editing.by_terms(self.opened, draft))
        self._show(anew=True)

    async def _review(self, values: Values) -> None:
        """Show what would be saved; nothing is written yet."""
        wanted = self._wanted(values)
        changed = changes(self.opened.draft, wanted)
        if not changed:
            toast(_("Nothing has been changed."))
            return
        dialog = Dialog(_("Save these changes?"), wide=True)
        with dialog:
            table = SimpleTable(
                [(_("What"), "left"), (_("Before"), "left"), (_("After"), "left")], label=_("What you have changed")
            )
            table.show({"id": at, "cells": [one.what, one.before, one.after]} for at, one in enumerate(changed))
            if await order_editing.leaves_the_terms(self.opened, wanted):
                paragraph(
                    _(
                        "Discounts and surcharges stay as they were. By the terms of sale they would now be different: "
                        "go back and choose “Work out by the terms of sale” if you want those."
                    ),
                    "wait",
                )
            if self.opened.gone_out:
                paragraph(
                    _("This order has gone out already, as it was. Send it again once you have changed it."), "wait"
                )

            async def save(answers: Values) -> None:
                await self._save(wanted, answers, dialog)

            Form(
                self._questions(),
                submit=_("Save changes"),
                secondary=_("Back"),
                on_submit=guard.signed_in(save),
                on_secondary=dialog.close,
            )
        await dialog.answer()
        if not self._is_saved:
            self.form.keep_typed()

    def _wanted(self, values: Values) -> OrderDraft:
        """What was typed as a draft. Raises FieldErrors or ShopError."""
        order = self.opened.order
        today = parameters.today(self.shop)
        kept_day = min(today, order.requested_date or today)  # one that is over by now may stay
        typed: dict[str, Any] = {"zone": self.opened.draft.form.zone, **values, "email": order.email}
        form = OrderForm.by_seller(typed, today=kept_day)
        try:
            self.rows.check()
        except ShopError:
            self._show()
            raise
        hides_prices = self.opened.draft.prices_hidden and values.get(PRICES_TOLD) is not True
        wanted = self._draft(form)
        if hides_prices and (wanted.charges or any(line.unit_price is not None for line in wanted.lines)):
            raise FieldErrors({PRICES_TOLD: _("Tick this, or take the prices and charges out again.")})
        return replace(wanted, prices_hidden=hides_prices)

    def _questions(self) -> list[Field]:
        if not self.opened.order.verification.is_received:
            return []
        hint = _("They get it by mail, with these changes and the new order, and see it on the page of the request.")
        return [
            Field("tell", _("Mail the buyer about it"), "checkbox"),
            Field(
                "note",
                _("A word to the buyer"),
                "textarea",
                hint=hint,
                max_length=order_editing.MAX_NOTE_LENGTH,
                shown_with="tell",
            ),
        ]

    async def _save(self, wanted: OrderDraft, answers: Values, dialog: Dialog) -> None:
        self._is_saved = True  # what is told of it from here on is our own doing
        try:
            await order_editing.save(
                self.opened,
                wanted,
                by=self.visit.seller_email,
                tell_buyer=answers.get("tell") is True,
                note=str(answers.get("note", "")),
            )
        except ShopError as error:
            self._is_saved = False
            if not isinstance(error, EditedMeanwhileError):
                raise
            dialog.close()
            await self._tell_of(error, wanted)
            return
        dialog.close()
        self._forget()
        ui.navigate.to(self._address())

    async def _tell_of(self, error: EditedMeanwhileError, mine: OrderDraft) -> None:
        """Somebody else was quicker: what they changed, and the choice to go on with one's own on top of it."""
        dialog = Dialog(_("Somebody else was quicker"), wide=True)
        with dialog:
            told = _(
                "{who} has saved this order since you opened it. Nothing was overwritten, and nothing of yours is lost."
            )
            paragraph(told.format(who=error.by))
            columns: list[tuple[str, Align]] = [(_("What"), "left"), (_("Before"), "left"), (_("Now"), "left")]
            table = SimpleTable(columns, label=_("What somebody else has changed"))
            table.show({"id": at, "cells": [one.what, one.before, one.after]} for at, one in enumerate(error.changes))
            with box("form-end"):
                Button(_("Go on with my changes"), lambda: dialog.close({}), "primary")
                Button(_("Drop mine, begin with theirs"), guard.signed_in(self._begin_anew))
        if await guard.answered(dialog.answer()) is None:
            return
        self._go_on(error.now, merged(self.opened.draft, error.now.draft, mine))

    def _go_on(self, now: Opened, draft: OrderDraft) -> None:
        """Have the order as it is now, with one's own changes typed into it."""
        self.opened, self.rows = now, DraftRows(now.draft, draft)
        self.hides_prices, self.zone = draft.prices_hidden, draft.form.zone
        self.products.rows = self.rows
        known = order_fields.answers(draft.form)
        asked = self._fields(known)
        self.form.set_fields(asked)
        self.form.set_values({field.name: field.value for field in asked})
        self._show(anew=True)
        self._tell_news(_("Your changes now stand on top of what was saved meanwhile. Look at them, and save again."))

    def _forget(self) -> None:
        self.products.forget()
        self.charges.forget()

    def _begin_anew(self) -> None:
        self._forget()
        ui.navigate.to(self._address("/edit"))

    def _safely(self, act: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        @guard.signed_in
        async def acted() -> None:
            try:
                await act()
            except ShopError as error:
                toast(str(error), "bad")

        return acted


def _sum_rows(products: Any, discounts: Any, surcharges: Any, currency: str) -> Sequence[dict[str, str]]:
    told = ((_("Products"), products), (_("Discounts"), discounts), (_("Surcharges"), surcharges))
    return [
        {"label": label, "reason": "", "amount": show_amount(amount, currency, spoken())}
        for label, amount in told
        if amount or label == _("Products")
    ]
