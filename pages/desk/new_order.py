"""A new order in a buyer's name: who it is for, which products, and what it comes to while it is written."""

from collections.abc import Sequence
from decimal import Decimal

from fastapi import Request
from nicegui import ui

from models import Shop, query_values
from models.errors import NotFoundError, ShopError, TotalChangedError
from models.money import show_amount
from models.order_edit import OrderDraft
from models.order_form import OrderForm
from models.pricing import Quote
from models.text import _, spoken
from pages.components.cart_lines import Amounts
from pages.components.elements import box, h2, link, link_button, paragraph, text
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.lookup import Lookup, Option
from pages.components.toasts import toast
from pages.desk import guard, order_fields, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.draft_rows import DraftRows
from pages.desk.product_rows import ProductRows
from pages.desk.terms_trial_section import sum_rows
from pages.frame import page_head
from services import buyer_list, desk_orders, parameters, terms_trial, throttle
from services.desk_orders import Copied, Customer

PATH = "/desk/new-order"
CODE = "code"
NOBODY = OrderForm("", "", "", "", "", "", "", privacy_accepted=False)


def register() -> None:
    """Declare the page."""
    desk_page(PATH, new_order)


async def new_order(visit: Visit, request: Request) -> None:
    """Build the page: empty, for the buyer in the address, or as a copy of the order in it."""
    buyer_id = query_values.number(request.query_params.get("buyer", ""))
    copied, refusal = await _copied(request.query_params.get("copy", ""), visit.shop)
    if copied:
        customer = copied.customer
    else:
        known = desk_orders.customer(buyer_id, visit.shop) if buyer_id else desk_orders.stranger(visit.shop)
        customer = await known
    with frame(visit, _("New order"), "/desk"):
        page = NewOrder(visit, customer, copied)
        if refusal:
            with box("notice wait"):
                text(refusal)
        await page.build()


async def _copied(number: str, shop: Shop) -> tuple[Copied | None, str]:
    """The order to begin with, or why there is none."""
    if not number:
        return None, ""
    try:
        return await desk_orders.copy(number, shop), ""
    except NotFoundError:
        raise
    except ShopError as error:
        return None, str(error)


class NewOrder:
    """An order that is being written."""

    def __init__(self, visit: Visit, customer: Customer, copied: Copied | None) -> None:
        self.visit, self.shop, self.customer, self.copied = visit, visit.shop, customer, copied
        self.rows = DraftRows(OrderDraft(visit.shop.currency, NOBODY, ()))
        for line in copied.lines if copied else ():
            self.rows.add(line)
        self.typed: Values = dict(customer.answers)
        self.zones: tuple[str, ...] = ()
        self.quote: Quote | None = None
        self._is_made = False

    async def build(self) -> None:
        """Make the elements and fill them."""
        self.zones = await terms_trial.zones()
        link(_("‹ Purchase orders"), "/desk", "crumb")
        with page_head(_("New order"), _("copy of {number}").format(number=self.copied.number) if self.copied else ""):
            pass
        if self.copied and self.copied.gone:
            with box("notice wait"):
                told = _("Not sold any more, and left out: {products}")
                text(told.format(products=", ".join(self.copied.gone)))
        with box("two of-editing"):
            with box("stack"):
                with box("panel edit-products"):
                    h2(_("Who orders"))
                    with box("pad stack"):
                        self.chosen = text("", "strong")
                        Lookup(
                            _("Find a buyer"),
                            placeholder=_("Company, name, address or phone"),
                            hint=_("Or type somebody new into the form: they become a buyer with this order."),
                            on_ask=guard.signed_in(self._find_buyers),
                            on_choose=guard.signed_in(self._buyer_chosen),
                        )
                self.products = ProductRows(self.rows, self.customer.told, on_change=self._work_out)
                self.products.build()
                with box("panel pad order-sum of-new") as self.sum_panel:
                    self.sums = Amounts((), total="")
                self.hint = paragraph(_("This buyer is told no prices: the order is made without."), "muted small")
            with box("panel pad"):
                self.form = Form(
                    self._fields(),
                    submit=_("Create order"),
                    on_submit=guard.signed_in(self._create),
                    on_draft=guard.signed_in(self._drafted),
                    on_press=self.products.mark_missing,
                )
                with self.form:
                    link_button(_("Cancel"), "/desk")
                told = _("It is received at once, and the mails and transfers of a received request go out.")
                paragraph(told, "muted small")
        await self._work_out()

    def _fields(self) -> list[Field]:
        asked = order_fields.fields(self.typed, self.shop, self.zones, with_email=True)
        code = Field(CODE, _("Discount code"), value=str(self.typed.get(CODE, "")), max_length=40, width="half")
        at = next(at for at, field in enumerate(asked) if field.name == "requested_date")
        return [*asked[: at + 1], code, *asked[at + 1 :]]

    async def _find_buyers(self, words: str) -> Sequence[Option]:
        try:
            throttle.spend(throttle.SUGGEST, self.visit.seller_email)
        except ShopError:
            return ()
        return [Option(int(id_), name) for id_, name in await buyer_list.suggest(words)]

    async def _buyer_chosen(self, buyer_id: int) -> None:
        try:
            await self._use(await desk_orders.customer(buyer_id, self.shop))
        except ShopError as error:
            toast(str(error), "bad")
            return
        self.typed.update(self.customer.answers)
        self.form.set_fields(self._fields())
        self.form.set_values(dict(self.customer.answers))
        await self._work_out()

    async def _use(self, customer: Customer) -> None:
        """Count with the prices of somebody else."""
        self.customer = customer
        self.products.told = customer.told
        await self.products.reprice()

    async def _drafted(self, values: Values) -> None:
        """A zone or a code counts in the sum at once, and so do the prices of whom the shop knows by the address."""
        try:
            throttle.spend(throttle.DRAFT, self.visit.seller_email)
        except ShopError:
            return
        self.typed = values
        await self._look_at_address(str(values.get("email", "")))
        await self._work_out()

    async def _look_at_address(self, email: str) -> None:
        known = await desk_orders.customer_at(email, self.shop) or await desk_orders.stranger(self.shop)
        if known.buyer_id != self.customer.buyer_id:
            await self._use(known)

    async def _work_out(self) -> None:
        """Show what stands here, and what it comes to."""
        told = self.customer.told
        self.products.show(priced=not told.is_hidden)
        self.chosen.set_text(_called(self.customer))
        self.hint.set_visibility(told.is_hidden)
        zone, code = (str(self.typed.get(name, "")) for name in ("zone", CODE))
        try:
            asked = self.products.asked()
            self.quote = await desk_orders.quoted(asked, told, self.shop, code=code, zone=zone)
        except ShopError:
            self.quote = None
        is_told = self.quote is not None and not told.is_hidden
        self.sum_panel.set_visibility(is_told)
        if self.quote is None or not is_told:
            return
        total = show_amount(self.quote.total, self.quote.currency, spoken())
        self.sums.show(sum_rows(self.quote), total=total, note=self.quote.code_problem or self.shop.price_note)

    async def _create(self, values: Values) -> None:
        if self._is_made:
            return
        self.typed = values
        form = OrderForm.by_seller(values, today=parameters.today(self.shop))
        await self._look_at_address(form.email)
        try:
            self.rows.check()
        finally:
            await self._work_out()
        try:
            made = desk_orders.NewOrder(
                self.products.asked(),
                form,
                code=str(values.get(CODE, "")),
                copied_from=self.copied.number if self.copied else "",
            )
            shown_total = self.quote.total if self.quote else Decimal(0)
            number = await desk_orders.create(made, by=self.visit.seller_email, shown_total=shown_total)
        except TotalChangedError:
            await self._use(await desk_orders.customer_at(form.email, self.shop) or self.customer)
            await self._work_out()
            raise
        self._is_made = True
        self.products.forget()
        ui.navigate.to(show.order_address(number))


def _called(customer: Customer) -> str:
    """Who the order is for."""
    if customer.buyer_id is None:
        return _("Somebody new")
    return " · ".join(filter(None, (customer.answers.get(name, "") for name in ("company", "name", "email"))))
