"""The simulator on the terms of sale: what an order of some value is charged, and why, while it is typed."""

from collections.abc import Mapping
from dataclasses import replace

from models import Shop
from models.errors import FieldErrors, ShopError
from models.money import show_amount
from models.pricing import Charge, Quote
from models.text import _, spoken
from pages.components.cart_lines import Amounts
from pages.components.elements import box, h2, paragraph
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.desk import guard
from services import live, parameters, terms_trial, throttle

FIRST_VALUE = "100"


class TermsTrial:
    """The section of the simulator."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.zones: tuple[str, ...] = ()
        self.values: Values = {"value": FIRST_VALUE, "zone": "", "code": "", "day": parameters.today(shop).isoformat()}

    async def build(self) -> None:
        """Make the section."""
        self.zones = await terms_trial.zones()
        with box("panel pad", tag="section"):
            h2(_("Simulator"))
            with box("stack"):
                paragraph(
                    _("What an order is charged by the terms as they are saved; what is not saved yet does not count."),
                    "muted small",
                )
                with box("half-half"):
                    self.form = Form(
                        self._fields({}),
                        submit=_("Work it out"),
                        on_submit=guard.signed_in(self._submitted),
                        on_draft=guard.signed_in(self._typed),
                    )
                    self.sums = Amounts((), total="")
        await self._show()
        live.catalog.subscribe(guard.told(self.refresh))

    async def refresh(self) -> None:
        """Work it out again by the terms of now, with the zones of now to choose from."""
        self.shop = await parameters.current()
        self.zones = await terms_trial.zones()
        await self._show()

    async def _submitted(self, values: Values) -> None:
        self.values = values
        throttle.spend(throttle.DRAFT, (await guard.seller()).email)
        try:
            await self._work_out()
        except FieldErrors:
            self.sums.show((), total="")  # what stood there was about other answers
            raise

    async def _typed(self, values: Values) -> None:
        self.values = values
        try:
            throttle.spend(throttle.DRAFT, (await guard.seller()).email)
        except ShopError as error:
            self._show_doubts({"value": str(error)})
            return
        await self._show()

    async def _show(self) -> None:
        try:
            await self._work_out()
        except FieldErrors as refused:
            self._show_doubts(refused.fields)

    async def _work_out(self) -> None:
        quoted = await terms_trial.run(self.values)
        self.form.clear_errors()
        self.form.set_fields(self._fields({"code": quoted.code_problem}))
        self.sums.show(
            sum_rows(quoted),
            total=show_amount(quoted.total, quoted.currency, spoken()),
            note=" ".join(filter(None, [self._note(quoted), self.shop.price_note])),
        )

    def _show_doubts(self, doubts: Mapping[str, str]) -> None:
        self.form.set_fields(self._fields(doubts))
        self.sums.show((), total="")

    def _note(self, quoted: Quote) -> str:
        if self.shop.prices_hidden:
            return _("While prices are hidden, requests are sent without totals and nothing of this is charged.")
        return "" if quoted.charges else _("Nothing is added or taken off.")

    def _fields(self, doubts: Mapping[str, str]) -> list[Field]:
        value, zone, code, day = (str(self.values.get(name, "")) for name in ("value", "zone", "code", "day"))
        zones = (("", _("No zone")), *((name, name) for name in self.zones))
        asked = [
            Field(
                "value",
                _("Value of the products"),
                "money",
                value,
                required=True,
                max_length=terms_trial.MAX_VALUE_LENGTH,
                width="half",
            ),
            Field("day", _("Day"), "date", day, hint=_("Empty: today"), width="half"),
            Field("code", _("Discount code"), "text", code, max_length=terms_trial.MAX_CODE_LENGTH, width="half"),
            Field("zone", _("Zone"), "select", zone, options=zones, width="half"),
        ]
        return [
            replace(field, doubt=doubts.get(field.name, "")) for field in asked if self.zones or field.name != "zone"
        ]


def sum_rows(quoted: Quote) -> list[dict[str, str]]:
    """What it begins with, and each discount and surcharge with the words of its rule."""
    products = show_amount(quoted.lines_total, quoted.currency, spoken())
    rows = [{"label": _("Products"), "reason": "", "amount": products}]
    return rows + [_charge(charge, quoted.currency) for charge in quoted.charges]


def _charge(charge: Charge, currency: str) -> dict[str, str]:
    amount = show_amount(charge.amount, currency, spoken())
    return {"label": f"{charge.title} ({charge.code})", "reason": charge.reason, "amount": amount}
