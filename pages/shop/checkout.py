"""The order form: who asks, what for, and one button that sends it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from models.errors import FieldErrors, ShopError, TotalChangedError
from models.order_form import LENGTHS, OrderForm
from models.text import _
from pages.components.cart_lines import Amounts, LineList
from pages.components.elements import Button, box, h2, link, paragraph, text
from pages.components.form import Field, Form, Values
from pages.frame import ShopFrame, page_head
from pages.shop import buyer_fields, show_cart, visitor
from pages.shop.notices import Sentences
from pages.shop.shop_page import Visit, badge_of, follow_cart, frame, shop_page
from services import carts, orders, parameters, remembered, sent_requests, throttle, visitors
from services.carts import CartView
from services.remembered import Answers

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
    with frame(visit, _("Send request"), view.summary, follows_itself=True) as framed:
        checkout = Checkout(visit, framed, view, await remembered.answers(visit.visitor))
    follow_cart(visit.token, checkout.reload)
    if view.sentences:
        ui.context.client.on_connect(lambda: carts.tidy(visit.token))
    return None


class Checkout:
    """The form beside the sum, which is always the one that would be sent."""

    def __init__(self, visit: Visit, framed: ShopFrame, view: CartView, known: Answers) -> None:
        """`known` is what the shop was told before; what was typed into this cart's form counts more."""
        self._visit, self._framed = visit, framed
        typed = {name: answer for name, answer in view.draft.items() if answer != ""}
        self._answers: Answers = {**known, **typed}
        self._usual_country = buyer_fields.usual_country(known, visit.shop)
        self._cart_id, self._shown_total = view.cart_id, Decimal(0)
        self._view, self._zone = view, view.zone
        self._is_sent = False
        with page_head(_("Send request")):
            link(_("Back to the cart"), "/cart")
        self._sentences = Sentences()
        if known and visit.visitor.buyer is None:
            self._build_memory()
        with box("two"):
            with box("panel pad"):
                self._form = Form(
                    self._fields(),
                    submit=_("Send request"),
                    on_submit=self._send,
                    check=self._check,
                    on_draft=self._keep,
                )
                with self._form:
                    self._total = text("", "form-total")
            with box("panel pad stack side-sum", tag="aside"):
                h2(_("Your request"))
                self._lines = LineList((), label=_("Your request"))
                self._amounts = Amounts((), total="")
                paragraph(_("You do not pay here: the shop looks at your request and answers."), "muted small")
        self._show(view)

    def _build_memory(self) -> None:
        """Say whose answers stand there already: browsers are shared."""
        with box("notice") as self._memory:
            text(_("Filled in with what was sent from this browser last."))
            Button(_("Not you? Begin empty"), self._forget, "small")

    async def _forget(self) -> None:
        await visitors.forget(self._visit.token)
        self._answers = {}
        self._usual_country = buyer_fields.usual_country({}, self._visit.shop)
        self._form.set_values({field.name: field.value for field in self._fields()})
        await carts.save_draft(self._visit.token, {})
        self._memory.set_visibility(False)
        self._form.focus()

    async def reload(self) -> None:
        """Show the cart as it is now; once it was sent (here or in another tab) it stays as it was."""
        if self._is_sent:
            return
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
        has_other_zones, self._view = view.zones != self._view.zones, view
        if has_other_zones:
            self._form.set_fields(self._fields())

    async def _keep(self, values: Values) -> None:
        """Keep what is typed, say what is odd about it, and let a zone count in the sum at once."""
        try:
            visitor.spend(throttle.DRAFT, throttle.DRAFT_ADDRESS)
            await carts.save_draft(self._visit.token, values)
            self._doubt(values)
            await self._choose_zone(str(values.get("zone", "")))
        except ShopError:
            return  # sent in another tab, a zone that is gone, or too often: sending tells

    def _doubt(self, values: Values) -> None:
        before, self._answers = buyer_fields.vat_doubt(self._answers), values
        if buyer_fields.vat_doubt(values) != before:
            self._form.set_fields(self._fields())

    def _fields(self) -> list[Field]:
        return _fields(self._visit, self._view, self._answers)

    async def _choose_zone(self, zone: str) -> None:
        if self._view.zones and zone != self._zone:
            await carts.set_zone(self._visit.token, zone)

    async def _check(self, values: Values) -> None:
        self._checked(values)

    def _checked(self, values: Values) -> OrderForm:
        today = parameters.today(self._visit.shop)
        return OrderForm.checked(values, today=today, usual_country=self._usual_country)

    async def _send(self, values: Values) -> None:
        if values.get(TRAP):
            self._form.set_values({TRAP: ""})
            raise ShopError(
                _(
                    "Nothing was sent yet: a field that people do not see was filled in, as programs do. It is empty "
                    "again; please press the button once more."
                )
            )
        form = self._checked(values)
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
        self._is_sent = True
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


def _fields(visit: Visit, view: CartView, answers: Answers) -> list[Field]:
    """The questions, answered as far as they were before."""
    shop, today = visit.shop, parameters.today(visit.shop)
    who = buyer_fields.contact(answers)
    where = [*buyer_fields.delivery(answers, shop), *_zone(view), _wished_day(answers, today)]
    whom = buyer_fields.invoice(answers, shop)
    what = _about_the_request(answers)
    for section, heading in ((who, _("About you")), (where, _("Delivery")), (whom, _("Invoice")), (what, "")):
        section[0] = replace(section[0], heading=heading or _("About this request"))
    return [_with_length(question) for question in (*who, *where, *whom, *what)]


def _zone(view: CartView) -> list[Field]:
    options = tuple((name, name) for name in view.zones)
    question = Field("zone", _("Zone"), "select", view.zone, options=options, required=True, width="half")
    return [question] if view.zones else []


def _wished_day(answers: Answers, today: date) -> Field:
    return Field(
        "requested_date",
        _("Requested delivery date"),
        "date",
        str(answers.get("requested_date", "")),
        hint=_("If it matters to you. The shop tells you whether it can be done."),
        width="half",
        least=today.isoformat(),
    )


def _about_the_request(answers: Answers) -> list[Field]:
    return [
        Field(
            "buyer_reference",
            _("Your reference"),
            value=str(answers.get("buyer_reference", "")),
            hint=_("An order or project number of yours, to find it again."),
        ),
        Field("comments", _("Comments"), "textarea", str(answers.get("comments", ""))),
        Field(TRAP, _("Please leave this empty"), "trap", autocomplete="off"),
        Field(
            "privacy_accepted",
            _("I have read the privacy policy and accept it."),
            "checkbox",
            required=True,
            link=(_("Read it"), "/legal/privacy"),
        ),
    ]


def _with_length(question: Field) -> Field:
    return replace(question, max_length=LENGTHS.get(question.name, question.max_length))
