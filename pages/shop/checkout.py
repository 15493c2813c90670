"""The order form: who asks, what for, and one button that sends it."""

from dataclasses import replace
from decimal import Decimal

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from models.errors import FieldErrors, ShopError, TotalChangedError
from models.order_form import LENGTHS, OrderForm
from models.text import _
from pages.components.cart_lines import Amounts, LineList
from pages.components.elements import box, h2, link, paragraph, text
from pages.components.form import Field, Form, Values
from pages.frame import ShopFrame, page_head
from pages.shop import show_cart, visitor
from pages.shop.notices import Sentences
from pages.shop.shop_page import CartFollower, Visit, badge_of, frame, shop_page
from services import carts, orders, sent_requests, throttle
from services.carts import CartView

# Filled in by programs that fill in everything. Who was caught is told so: a browser that fills in too much must not
# cost a buyer the request, as a friendly lie would.
TRAP = "homepage"


def register() -> None:
    """Declare the page."""
    shop_page("/checkout", _checkout)


async def _checkout(visit: Visit, request: Request) -> Response | None:
    view = await carts.load(visit.token)
    if not view.lines and not view.sentences:
        just_sent = await sent_requests.just_sent(visit.visitor.device_id)  # somebody came back from its page
        return RedirectResponse(f"/request/{just_sent}" if just_sent else "/cart", status_code=303)
    with frame(visit, _("Send request"), view.summary) as framed:
        checkout = Checkout(visit, framed, view)
    CartFollower(visit.visitor, checkout.reload)
    if view.sentences:
        ui.context.client.on_connect(lambda: carts.tidy(visit.token))
    return None


class Checkout:
    """The form beside the sum, which is always the one that would be sent."""

    def __init__(self, visit: Visit, framed: ShopFrame, view: CartView) -> None:
        self._visit, self._framed = visit, framed
        self._cart_id, self._shown_total = view.cart_id, Decimal(0)
        self._zones, self._zone = view.zones, view.zone
        with page_head(_("Send request")):
            link(_("Back to the cart"), "/cart")
        self._sentences = Sentences()
        with box("two"):
            with box("panel pad"):
                self._form = Form(
                    _fields(visit, view), submit=_("Send request"), on_submit=self._send, on_draft=self._keep
                )
                with self._form:
                    self._total = text("", "form-total")
            with box("panel pad stack side-sum", tag="aside"):
                h2(_("Your request"))
                self._lines = LineList((), label=_("Your request"))
                self._amounts = Amounts((), total="")
                paragraph(_("You do not pay here: the shop looks at your request and answers."), "muted small")
        self._show(view)

    async def reload(self, _device_id: int) -> None:
        """Show the cart as it is now; once it was sent (here or in another tab) it stays as it was."""
        view = await carts.load(self._visit.token)
        if view.cart_id == self._cart_id:
            self._show(view)

    def _show(self, view: CartView) -> None:
        shop = self._visit.shop
        if view.sentences:
            self._sentences.show(view.sentences)
        self._lines.show(show_cart.cart_line_to_read(line, shop) for line in view.lines)
        self._amounts.show(
            show_cart.sum_rows(view.quote, shop), total=show_cart.total(view, shop), note=show_cart.sum_note(shop)
        )
        self._total.set_text(show_cart.total_in_words(view, shop))
        self._shown_total, self._zone = view.quote.total, view.zone
        if self._framed.cart:
            self._framed.cart.show(badge_of(view.summary, shop))
        if view.zones != self._zones:
            self._zones = view.zones
            self._form.set_fields(_fields(self._visit, view))

    async def _keep(self, values: Values) -> None:
        """Keep what is typed, and let a zone count in the sum at once."""
        try:
            visitor.spend(throttle.DRAFT, throttle.DRAFT_ADDRESS)
            await carts.save_draft(self._visit.token, values)
            await self._choose_zone(str(values.get("zone", "")))
        except ShopError:
            return  # sent in another tab, a zone that is gone, or too often: sending tells

    async def _choose_zone(self, zone: str) -> None:
        if self._zones and zone != self._zone:
            await carts.set_zone(self._visit.token, zone)

    async def _send(self, values: Values) -> None:
        if values.get(TRAP):
            self._form.set_values({TRAP: ""})
            raise ShopError(
                _(
                    "Nothing was sent yet: a field that people do not see was filled in, as programs do. It is empty "
                    "again; please press the button once more."
                )
            )
        form = OrderForm.checked(values)
        if self._cart_id is None:
            raise ShopError(_("Your cart is empty. Choose some products first."))
        visitor.spend(throttle.CHECKOUT, throttle.CHECKOUT_ADDRESS)
        try:
            placed = await orders.place(self._cart_id, self._visit.token, form, shown_total=self._shown_total)
        except TotalChangedError:
            await self._show_news(form.zone)
            raise
        except FieldErrors:
            raise
        except ShopError:
            await self._show_news("")
            raise
        ui.navigate.to(f"/request/{placed.request_token}")

    async def _show_news(self, zone: str) -> None:
        """Show what the request would be now, so that it can be looked at and sent again; the form says why."""
        if zone:
            await self._choose_zone(zone)
        view = await carts.load(self._visit.token)
        self._show(view)
        self._sentences.show(())
        if view.sentences:
            await carts.tidy(self._visit.token)


def _fields(visit: Visit, view: CartView) -> list[Field]:
    """The questions, answered as far as they were before: typed here, or known of a signed-in buyer."""
    buyer = visit.visitor.buyer
    known: dict[str, str] = {}
    if buyer and buyer.verified_at:
        known = {"name": buyer.name, "company": buyer.company, "email": buyer.email, "phone": buyer.phone}
    answers = {**known, **{name: text for name, text in view.draft.items() if text}}

    def answer(name: str) -> str:
        return str(answers.get(name, ""))

    questions = [
        Field("name", _("Name"), value=answer("name"), required=True, autocomplete="name", width="half"),
        Field("company", _("Company"), value=answer("company"), autocomplete="organization", width="half"),
        Field("email", _("E-mail"), "email", answer("email"), required=True, autocomplete="email", width="half"),
        Field("phone", _("Phone"), "tel", answer("phone"), autocomplete="tel", width="half"),
        Field(
            "buyer_reference",
            _("Your reference"),
            value=answer("buyer_reference"),
            hint=_("An order or project number of yours, to find it again."),
            width="half" if view.zones else "full",
        ),
        Field("comments", _("Comments"), "textarea", answer("comments")),
        Field(TRAP, _("Please leave this empty"), "trap", autocomplete="off"),
        Field(
            "privacy_accepted",
            _("I have read the privacy policy and accept it."),
            "checkbox",
            required=True,
            link=(_("Read it"), "/legal/privacy"),
        ),
    ]
    if view.zones:
        options = tuple((name, name) for name in view.zones)
        questions.insert(5, Field("zone", _("Zone"), "select", view.zone, options=options, required=True, width="half"))
    return [_with_length(question) for question in questions]


def _with_length(question: Field) -> Field:
    return replace(question, max_length=LENGTHS.get(question.name, question.max_length))
