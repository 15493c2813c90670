"""One order: what was asked for, by whom, what became of it, and what to do next; live."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import Order
from models.errors import NotFoundError, ShopError
from models.text import _, ngettext
from pages.components.cart_lines import Amounts
from pages.components.dialog import ask
from pages.components.elements import Button, box, h2, link, link_button, paragraph, text
from pages.components.form import Field, Form, Values
from pages.components.simple_table import Facts, History, SimpleTable
from pages.components.toasts import toast
from pages.desk import guard, order_actions, show, show_order, trail
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import live, order_details, orders, outbox
from services.order_details import OrderDetails


def register() -> None:
    """Declare the page."""
    desk_page("/desk/orders/{number}", order)


async def order(visit: Visit, request: Request) -> None:
    """Build the page of an order; opening it makes the order no longer new."""
    details = await order_details.by_number(request.path_params["number"])
    with frame(visit, details.order.number, "/desk"):
        sheet = OrderSheet(visit, details, request.query_params.get(trail.CAME_FROM, ""))
    await sheet.trail.show(details.order)

    @guard.told
    async def orders_changed(order_ids: frozenset[int]) -> None:
        if sheet.order.id in order_ids:
            await sheet.reload()
            await sheet.trail.show(sheet.order)

    live.orders.subscribe(orders_changed)
    live.deliveries.subscribe(orders_changed)
    await orders.mark_opened(details.order.id)


class OrderSheet:
    """An open order and the elements that show it."""

    def __init__(self, visit: Visit, details: OrderDetails, came_from: str) -> None:
        self.visit, self.shop, self.order = visit, visit.shop, details.order
        self.trail = trail.Trail(visit.shop, came_from)
        with page_head(details.order.number):
            self._build_actions()
        self.tags = box("line order-tags")
        self._tell_of_lock()
        self.duplicate = box("notice wait")
        with box("two"):
            with box("stack"):
                self._build_lines()
                self._build_comments()
                self._build_deliveries()
            with box("stack"):
                with box("panel pad"):
                    h2(_("Buyer"))
                    self.buyer = Facts(label=_("Buyer"))
                self._build_messages()
                self._build_notes()
                with box("panel pad"):
                    h2(_("History"))
                    self.history = History(label=_("History"))
        self.show(details)

    def _build_actions(self) -> None:
        self.confirm_button = Button(_("Confirm order processing"), self._safely(self._confirm), "primary")
        self.edit_button = link_button(_("Edit"), trail.address(self.order.number, self.trail.came_from, "/edit"))
        self.accept_button = Button(_("Accept without verification"), self._safely(self._accept))
        self.status_button = Button(
            _("Change status"), self._safely(lambda: order_actions.change_status([self.order.id]))
        )
        Button(_("Download CSV, XLSX or PDF"), self._safely(lambda: order_actions.download(self.shop, [self.order.id])))

    def _tell_of_lock(self) -> None:
        """What is so for good while this page is open: it is built anew when it changes."""
        if self.order.erased_at:
            with box("notice"):
                paragraph(_("The buyer was erased. Lines and amounts stay, nothing tells who it was."))
        elif self.order.locked_at:
            with box("notice wait"):
                years = ngettext("{n} year", "{n} years", self.shop.retention_years)
                words = _(
                    "Locked: the buyer was erased, and this order is kept only as long as the law says ({years}). "
                    "It cannot be confirmed, mailed, sent or noted on any more."
                )
                paragraph(words.format(years=years.format(n=self.shop.retention_years)))

    def _build_lines(self) -> None:
        address = show.order_address(self.order.number)
        with box("panel"):
            with box("panel-head"):
                h2(_("Products"))
                if not self.order.is_locked:
                    link_button(_("Duplicate"), f"/desk/new-order?{urlencode({'copy': self.order.number})}", "small")
                    link_button(_("Picking list"), f"{address}/picking-list/pdf", "small", download=True)
                self.pdf_button = link_button("", f"{address}/pdf", "small", download=True)
            self.lines = SimpleTable(
                [(_("Product"), "left"), (_("Quantity"), "right"), (_("Unit price"), "right"), (_("Total"), "right")],
                label=_("Products"),
            )
            with box("pad order-sum") as self.sum_box:
                self.sums = Amounts((), total="")

    def _build_comments(self) -> None:
        with box("panel pad") as self.comments_box:
            h2(_("Comments"))
            self.comments = paragraph("", "pre prose")

    def _build_deliveries(self) -> None:
        with box("panel"):
            with box("panel-head"):
                h2(_("Deliveries"))
                if not self.order.is_locked:
                    resend = self._safely(lambda: order_actions.resend_mails([self.order.id]))
                    Button(_("Send to FTP/SFTP"), self._safely(self._send), "small")
                    Button(_("Resend mails"), resend, "small")
                retry = self._safely(lambda: order_actions.retry_failed([self.order.id]))
                self.retry_button = Button(_("Retry what failed"), retry, "small")
            self.deliveries = SimpleTable(
                [(_("What"), "left"), (_("Where it is"), "left"), (_("When"), "left")],
                label=_("Deliveries"),
                empty=_("Nothing has gone out yet."),
                on_act=guard.signed_in(self._try_again),
            )

    def _build_messages(self) -> None:
        with box("panel pad stack") as self.message_panel:
            h2(_("Messages to the buyer"))
            self.message_hint = paragraph(_("Possible as soon as the buyer is verified or accepted."), "muted small")
            hint = _("The buyer gets it by mail and sees it on the page of the request.")
            field = Field("message", _("Message"), "textarea", hint=hint, max_length=orders.MAX_MESSAGE_LENGTH)
            write = guard.signed_in(self._write)
            self.message_form = Form([field], submit=_("Send message"), on_submit=write, kind="soft")
            self.messages = History(label=_("Messages to the buyer"))

    def _build_notes(self) -> None:
        with box("panel pad stack") as self.note_panel:
            h2(_("Internal notes"))
            field = Field("note", _("Only sellers see it"), "textarea", max_length=orders.MAX_NOTE_LENGTH)
            add = guard.signed_in(self._add_note)
            self.note_form = Form([field], submit=_("Add note"), on_submit=add, kind="soft")
            self.note_form.set_visibility(not self.order.is_locked)
            self.notes = History(label=_("Internal notes"))

    def show(self, details: OrderDetails) -> None:
        """Show what can change; what is being typed stays."""
        self.order = details.order
        is_open = not details.order.is_locked
        self.confirm_button.set_visibility(is_open and details.order.confirmed_at is None)
        self.edit_button.set_visibility(is_open and details.order.confirmed_at is None)
        self.accept_button.set_visibility(is_open and not details.order.verification.is_received)
        self.pdf_button.set_text(_("Confirmation") if details.order.confirmed_at else _("Save as PDF"))
        self._show_tags()
        self._show_contents(details)
        self.duplicate.clear()
        self.duplicate.set_visibility(bool(details.duplicate_of))
        with self.duplicate:
            text(_("The same buyer sent the same products a little earlier."))
            link(
                _("Possible duplicate of {number}").format(number=details.duplicate_of),
                show.order_address(details.duplicate_of),
            )
        self.buyer.show(show_order.buyer(details.order, self.shop))
        self.history.show(show_order.history(details, self.shop))
        is_received = details.order.verification.is_received
        self.message_hint.set_visibility(is_open and not is_received)
        self.message_form.set_visibility(is_open and is_received)
        messages = show_order.messages(details, self.shop)
        self.messages.show(messages)
        self.messages.set_visibility(bool(messages))
        self.message_panel.set_visibility(is_open or bool(messages))
        notes = show_order.notes(details, self.shop)
        self.notes.show(notes)
        self.notes.set_visibility(bool(notes))
        self.note_panel.set_visibility(is_open or bool(notes))
        self.retry_button.set_visibility(any(row.has_failed for row in details.deliveries))
        self.deliveries.show(show_order.delivery(row, self.shop) for row in details.deliveries)

    def _show_contents(self, details: OrderDetails) -> None:
        order = details.order
        self.lines.show(show_order.lines(details, self.shop))
        rows, total = show_order.sum_rows(details, self.shop), show_order.total(order, self.shop)
        self.sums.show(rows, total=total, note=order.price_note)
        self.sum_box.set_visibility(not order.prices_hidden)
        self.comments.set_text(order.comments)
        self.comments_box.set_visibility(bool(order.comments))

    def _show_tags(self) -> None:
        self.tags.clear()
        with self.tags:
            for words, tone in show_order.tags(self.order, self.shop):
                text(words, f"tag {tone}")

    async def reload(self) -> None:
        """Show the order as it is now."""
        try:
            details = await order_details.by_id(self.order.id)
            if _who_is_known(details.order) != _who_is_known(self.order):
                ui.navigate.to(show.order_address(details.order.number))
                return
            self.show(details)
        except NotFoundError:
            ui.navigate.to("/desk")

    async def _confirm(self) -> None:
        told = _("It is then received and confirmed, and the mails and transfers that belong to it go out.")
        if not await self._may_go_on(told):
            return
        result = await orders.confirm(self.order.id, by=self.visit.seller_email)
        toast(_("Order processing confirmed.") if result.done else result.text, "ok" if result.done else "bad")
        self._keep_focus(done=result.done)

    async def _accept(self) -> None:
        if await self._may_go_on(_("It is then received, and the mails and transfers that belong to it go out.")):
            toast(_("The request is received."))
            self._keep_focus(done=True)

    def _keep_focus(self, *, done: bool) -> None:
        """A button whose work is done goes away: the keyboard goes on to the one beside it, not to the page's top."""
        if done:
            self.status_button.run_method("focus")

    async def _send(self) -> None:
        told = _("It is then received, and the mails and transfers that belong to it go out, too.")
        if await self._may_go_on(told):
            await order_actions.send_to_target([self.order.id])

    async def _may_go_on(self, told: str) -> bool:
        """Whether the request is received, or the seller accepts it by hand now; `told` says what that brings about."""
        if self.order.verification.is_received:
            return True
        known = _("{email} has not been verified. If you know this buyer, accept the request as it is.")
        sentences = f"{known.format(email=self.order.email)} {told}"
        question = ask(_("The buyer is not verified"), sentences, confirm=_("I know this buyer"))
        if await guard.answered(question) is None:
            return False
        await orders.accept_unverified(self.order.id, by=self.visit.seller_email)
        return True

    async def _try_again(self, message_id: int) -> None:
        try:
            await outbox.retry(message_id)
        except ShopError as error:
            toast(str(error), "bad")

    async def _add_note(self, values: Values) -> None:
        await orders.add_note(self.order.id, str(values["note"]), by=self.visit.seller_email)
        self.note_form.set_values({"note": ""})

    async def _write(self, values: Values) -> None:
        await orders.send_message(self.order.id, str(values["message"]), by=self.visit.seller_email)
        self.message_form.set_values({"message": ""})
        toast(_("The message is on its way."))

    def _safely(self, act: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        @guard.signed_in
        async def acted() -> None:
            try:
                await act()
            except ShopError as error:
                toast(str(error), "bad")

        return acted


def _who_is_known(order: Order) -> tuple[bool, bool]:
    """Whether the order is locked, and whether nothing tells any more who sent it."""
    return order.is_locked, order.erased_at is not None
