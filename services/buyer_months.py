"""What a buyer has asked for, month by month."""

from dataclasses import dataclass
from datetime import date

from models import Order, Shop
from models.days import day_of, start_of
from services import parameters
from services.database import shielded

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """The orders of a month, this one included: how many, and their value in minor units of the shop's currency."""

    first: date
    orders: int = 0
    value: int = 0


@shielded
async def of_buyer(buyer_id: int, shop: Shop, today: date | None = None) -> list[Month]:
    """The last twelve months, the oldest first. Orders in another currency or without prices have no value here."""
    months = {first: Month(first) for first in _last_months(today or parameters.today(shop))}
    since = start_of(min(months), shop.time_zone)
    rows = Order.filter(buyer_id=buyer_id, created_at__gte=since).values(
        "created_at", "total", "currency", "prices_hidden"
    )
    for row in await rows:
        first = day_of(row["created_at"], shop.time_zone).replace(day=1)
        if first in months:
            is_told = row["currency"] == shop.currency and not row["prices_hidden"]
            value = row["total"] if is_told else 0
            months[first] = Month(first, months[first].orders + 1, months[first].value + value)
    return list(months.values())


def _last_months(today: date) -> list[date]:
    months = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(months - MONTHS + 1, months + 1)]
