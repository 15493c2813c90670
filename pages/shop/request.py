"""A sent request: what was sent, what happens next, and how far it has come, live."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from fastapi import Request

from models.errors import FieldErrors, NotFoundError, ShopError
from models.order_form import buyers_address
from models.text import _
from pages.components.cart_lines import Amounts, LineList, RequestSteps
from pages.components.dialog import Dialog
from pages.components.elements import Button, box, h2, link_button, paragraph, text
from pages.components.form import Field, Form, Values
from pages.components.simple_table import Facts, History
from pages.components.toasts import toast
from pages.frame import page_head
from pages.shop import show, show_request, visitor
from pages.shop.shop_page import Visit, frame, shop_page, summary
from services import live, orders, sent_requests, throttle, verification
from services.sent_requests import SentRequest


def register() -> None:
    """Declare the page."""
    shop_page("/request/{token}", _request)


async def _request(visit: Visit, request: Request) -> None:
    sent = await sent_requests.behind_link(request.path_params["token"])
    await show_page(visit, sent)


async def show_page(visit: Visit, sent: SentRequest, *, may_see: Callable[[], Awaitable[bool]] | None = None) -> None:
    """Build the page of a request; `may_see` is asked again before anything is shown or done later."""
    title = _("Request {number}").format(number=sent.order.number)
    with frame(visit, title, await summary(visit)):
        shown = ShownRequest(visit, sent, may_see)

    async def follow(order_ids: frozenset[int]) -> None:
        if sent.order.id in order_ids:
            await shown.reload()

    live.orders.subscribe(follow)


class ShownRequest:
    """A request on a page."""

    def __init__(self, visit: Visit, sent: SentRequest, may_see: Callable[[], Awaitable[bool]] | None) -> None:
        self._visit, self._order_id, self._may_see = visit, sent.order.id, may_see
        order, shop = sent.order, visit.shop
        sent_on = _("sent on {moment}").format(moment=show.moment(order.created_at, shop))
        with page_head(_("Request {number}").format(number=order.number), sent_on):
            self._stage = text("", "tag")
            link_button(_("Order again"), f"{quote(visitor.address())}/again")
            link_button(_("Save as PDF"), f"{quote(visitor.address())}/pdf", download=True)
        self._build_verification()
        with box("panel pad request-steps"):
            self._steps = RequestSteps(())
        with box("panel pad letters") as self._letters:
            h2(_("Messages from {shop}").format(shop=shop.name))
            self._messages = History(label=_("Messages"))
        self._letters.props["aria-live"] = "polite"
        with box("two"):
            with box("panel"):
                h2(_("What you asked for"))
                self._lines = LineList((), label=_("What you asked for"))
                with box("pad sum-box"):
                    self._sums = Amounts((), total="")
                self._changed = paragraph("", "muted small pad")
            with box("panel"):
                h2(_("What you wrote"))
                with box("pad"):
                    self._facts = Facts(label=_("What you wrote"))
        self._show(sent)

    async def reload(self) -> None:
        """Show how far the request has come now."""
        if self._may_see and not await self._may_see():
            return
        try:
            self._show(await sent_requests.again(self._order_id))
        except NotFoundError:
            return  # deleted meanwhile: what was shown stays until the page is left

    def _build_verification(self) -> None:
        with box("panel pad next-step") as self._next:
            h2(_("One more step: verify your e-mail address"))
            self._address = paragraph("", "pre")
            with box("line"):
                Button(_("Send the mail again"), self._resend)
                Button(_("Wrong address? Correct it"), self._ask_address, "quiet")

    def _show(self, sent: SentRequest) -> None:
        order = sent.order
        words, tone = show_request.stage(order)
        self._stage.set_text(words)
        self._stage.classes(replace=f"tag {tone}")
        self._next.set_visibility(not order.verification.is_received)
        self._address.set_text(
            _(
                "We have sent a mail to {email}. Open it and press “Verify user”. Until then your request is kept, but "
                "{shop} does not start on it."
            ).format(email=order.email, shop=self._visit.shop.name)
        )
        self._steps.show(show_request.steps(order, self._visit.shop))
        self._show_contents(sent)
        self._letters.set_visibility(bool(sent.messages))
        self._messages.show(show_request.messages(sent, self._visit.shop))
        self._facts.show(show_request.facts(order, self._visit.shop))

    def _show_contents(self, sent: SentRequest) -> None:
        """The seller may have changed them."""
        order, shop = sent.order, self._visit.shop
        self._lines.show(show_request.line(line, order, shop) for line in sent.lines)
        self._changed.set_text(show_request.changed(sent, shop))
        self._changed.set_visibility(sent.changed_at is not None)
        rows, total = show_request.sum_rows(sent, shop), show_request.total(order, shop)
        self._sums.show(rows, total=total, note=show_request.note(order))

    async def _resend(self) -> None:
        if self._may_see and not await self._may_see():
            return
        try:
            visitor.spend(throttle.RESEND, throttle.RESEND_ADDRESS)
            await verification.resend(self._order_id)
        except ShopError as error:
            toast(str(error), "bad")
        else:
            toast(show_request.on_its_way())

    async def _ask_address(self) -> None:
        dialog = Dialog(_("Correct the address"))

        async def correct(values: Values) -> None:
            if self._may_see and not await self._may_see():
                return
            try:
                address = buyers_address(str(values["email"]))
            except ValueError as error:
                raise FieldErrors({"email": str(error)}) from None
            visitor.spend(throttle.RESEND, throttle.RESEND_ADDRESS)
            await orders.correct_address(self._order_id, address)
            dialog.close(values)
            toast(show_request.on_its_way())

        with dialog:
            paragraph(_("Your request stays as it is. We mail you a new link."), "muted")
            address = Field("email", _("E-mail"), "email", required=True, autocomplete="email", max_length=254)
            Form(
                [address],
                submit=_("Send to this address"),
                on_submit=correct,
                secondary=_("Cancel"),
                on_secondary=dialog.close,
            )
        await dialog.answer()
