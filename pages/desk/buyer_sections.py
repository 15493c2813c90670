"""What else stands on a buyer's page: their months, and what sellers noted about them."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from babel.dates import format_date

from models import Shop
from models.days import date_locale
from models.text import _, spoken
from pages.components.elements import box, h2
from pages.components.form import Form
from pages.components.form_values import Field, Values
from pages.components.month_bars import MonthBars
from pages.components.simple_table import History
from pages.desk import guard, show
from services import buyer_months, buyer_notes
from services.buyer_months import Month

LONGEST_MONTH = timedelta(days=31)


class BuyerMonths:
    """The section of the value by month."""

    def __init__(self, buyer_id: int, shop: Shop) -> None:
        self.buyer_id, self.shop = buyer_id, shop

    async def build(self) -> None:
        """Make the section and fill it."""
        with box("panel pad", tag="section"):
            h2(_("Value by month"))
            heads = (_("Month"), _("Orders"), self.shop.currency)
            self.bars = MonthBars(label=_("Value by month"), heads=heads)
        await self.refresh()

    async def refresh(self) -> None:
        """Show the months as they are now."""
        months = await buyer_months.of_buyer(self.buyer_id, self.shop)
        self.bars.show(_shown(months, self.buyer_id, self.shop))


class BuyerNotes:
    """The section of the notes, which only sellers see."""

    def __init__(self, buyer_id: int, shop: Shop) -> None:
        self.buyer_id, self.shop = buyer_id, shop

    async def build(self, *, is_there: bool) -> None:
        """Make the section and fill it; about an erased buyer nothing is noted any more."""
        with box("panel pad", tag="section") as section:
            h2(_("Internal notes"))
            with box("stack"):
                field = Field("note", _("Only sellers see it"), "textarea", max_length=buyer_notes.MAX_LENGTH)
                self.form = Form([field], submit=_("Add note"), on_submit=guard.signed_in(self._add), kind="soft")
                self.notes = History(label=_("Internal notes"))
        section.set_visibility(is_there)
        await self.refresh()

    async def refresh(self) -> None:
        """Show the notes as they are now."""
        notes = await buyer_notes.every(self.buyer_id)
        self.notes.show(
            {
                "id": note.id,
                "text": "",
                "quote": note.text,
                "by": note.actor,
                "at": show.full_time(note.created_at, self.shop),
            }
            for note in notes
        )
        self.notes.set_visibility(bool(notes))

    async def _add(self, values: Values) -> None:
        await buyer_notes.add(self.buyer_id, str(values["note"]), by=(await guard.seller()).email)
        self.form.set_values({"note": ""})
        await self.refresh()


def _shown(months: Sequence[Month], buyer_id: int, shop: Shop) -> list[dict[str, object]]:
    most = max(month.value for month in months) or 1
    return [_month(month, buyer_id, month.value / most, shop) for month in months]


def _month(month: Month, buyer_id: int, share: float, shop: Shop) -> dict[str, object]:
    last = (month.first + LONGEST_MONTH).replace(day=1) - timedelta(days=1)
    query = urlencode({"from": month.first.isoformat(), "to": last.isoformat(), "buyer": buyer_id})
    value = show.full_amount(month.value, shop.currency, shop)
    locale = date_locale(spoken())
    return {
        "name": format_date(month.first, "LLL", locale),
        "title": format_date(month.first, "LLLL yyyy", locale),
        "told": " · ".join([show.orders(month.orders), value]),
        "count": show.number(month.orders, shop),
        "value": show.plain_amount(month.value, shop.currency, spoken()),
        "share": round(share, 4),
        "href": f"/desk?{query}" if month.orders else "",
    }
