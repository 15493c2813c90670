"""Reports: what was asked for in a period, by day, status, product and buyer; read on one state, summed by pandas."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tortoise.expressions import Subquery
from tortoise.functions import Count, Max, Sum
from tortoise.queryset import QuerySet

from models import Buyer, Order, OrderLine, Shop, Status, query_values
from models.days import ONE_DAY
from models.order_filter import Flag, OrderFilter
from services import shared_reads
from services.database import on_one_state
from services.later import Later

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Later("pandas")

USUAL_DAYS = 30
MOST_DAYS = 3660
DAYS_SHOWN = 92  # a longer period is shown by month: so many bars stand beside each other and can still be told apart
BEST = 20
ROWS_AT_ONCE = 2000  # so that the program goes on in between
ORDER_FIELDS = ("id", "created_at", "status", "total", "currency", "prices_hidden", "buyer_id")
LINE_FIELDS = ("sku", "order__currency", "order__prices_hidden", "last_name", "asked", "line_value", "orders")
LINE_COLUMNS = ("sku", "currency", "prices_hidden", "name", "quantity", "value", "requests")


@dataclass(frozen=True)
class Period:
    """Whole days of the shop's clock, both included."""

    from_date: date
    to_date: date

    @classmethod
    def parse(cls, query: Mapping[str, str], today: date) -> Period:
        """Read a query string's `from` and `to`; where they are missing it is the last 30 days, at most ten years."""
        to_date = query_values.day(query.get("to", "")) or today
        from_date = query_values.day(query.get("from", "")) or to_date - timedelta(days=USUAL_DAYS - 1)
        if from_date > to_date:
            from_date, to_date = to_date, from_date
        return cls(max(from_date, to_date - timedelta(days=MOST_DAYS)), to_date)

    def query(self) -> dict[str, str]:
        """Write it as a query string's values."""
        return {"from": self.from_date.isoformat(), "to": self.to_date.isoformat()}

    @property
    def is_by_month(self) -> bool:
        """Whether there are too many days in it to look at each."""
        return (self.to_date - self.from_date).days >= DAYS_SHOWN

    def parts(self) -> list[Period]:
        """The days in it, or its months."""
        parts, first = [], self.from_date
        while first <= self.to_date:
            last = min(_end_of_month(first), self.to_date) if self.is_by_month else first
            parts.append(Period(first, last))
            first = last + ONE_DAY
        return parts


@dataclass(frozen=True)
class Sums:
    """How many requests, and what they come to in minor units of the shop's currency."""

    requests: int = 0
    value: int = 0


@dataclass(frozen=True)
class PartSums:
    """A day or month, and what was asked for in it by status."""

    period: Period
    by_status: Mapping[Status, Sums]

    @property
    def all(self) -> Sums:
        """All statuses together."""
        return _together(self.by_status.values())


@dataclass(frozen=True)
class ProductSums:
    """A product and how much of it was asked for; the value is that of its lines, before discounts."""

    sku: str
    name: str
    quantity: int
    sums: Sums


@dataclass(frozen=True)
class BuyerSums:
    """A buyer by company, or name where there is none, and what they asked for."""

    id: int
    name: str
    sums: Sums


@dataclass(frozen=True)
class Report:
    """What was received in a period. `no_value` are requests without shown prices or in another currency.

    Those are counted as requests, their value is in no sum. Best products and buyers go by value, then by number.
    """

    period: Period
    parts: tuple[PartSums, ...]
    by_status: Mapping[Status, Sums]
    products: tuple[ProductSums, ...]
    buyers: tuple[BuyerSums, ...]
    no_value: int

    @property
    def all(self) -> Sums:
        """All of it together."""
        return _together(self.by_status.values())


def orders_of(
    period: Period, shop: Shop, *, status: frozenset[Status] = frozenset(), buyer: str = "", sku: str = ""
) -> OrderFilter:
    """The requests of `period` that a report counts: those that have reached the shop; all, or of one kind."""
    return OrderFilter(
        shop.time_zone,
        from_date=period.from_date,
        to_date=period.to_date,
        flag=Flag.RECEIVED,
        status=status,
        buyer=buyer,
        sku=sku,
    )


async def make(period: Period, shop: Shop) -> Report:
    """The report of a period. Sellers who look at the same share one."""
    return await shared_reads.once(("report", period, shop.time_zone, shop.currency), lambda: _make(period, shop))


@on_one_state
async def _make(period: Period, shop: Shop) -> Report:
    chosen = orders_of(period, shop).matching()
    report = await asyncio.to_thread(_summed, period, shop, await _orders(chosen), await _lines(chosen))
    return replace(report, buyers=await _named(report.buyers))


async def _orders(chosen: QuerySet[Order]) -> list[Any]:
    rows: list[Any] = []
    last_id = 0
    while some := await chosen.filter(id__gt=last_id).order_by("id").limit(ROWS_AT_ONCE).values_list(*ORDER_FIELDS):
        rows += some
        last_id = some[-1][0]
    return rows


async def _lines(chosen: QuerySet[Order]) -> list[Any]:
    """The lines by product, summed by the database: there may be millions."""
    lines = OrderLine.filter(order_id__in=Subquery(chosen.values("id"))).annotate(
        last_name=Max("name"),
        asked=Sum("quantity"),
        line_value=Sum("line_total"),
        orders=Count("order_id", distinct=True),
    )
    return await lines.group_by(*LINE_FIELDS[:3]).values_list(*LINE_FIELDS)


def _summed(period: Period, shop: Shop, order_rows: list[Any], line_rows: list[Any]) -> Report:
    orders = pd.DataFrame(order_rows, columns=ORDER_FIELDS).rename(columns={"total": "value"})
    lines = pd.DataFrame(line_rows, columns=LINE_COLUMNS)
    for rows in (orders, lines):
        has_value = (rows["currency"] == shop.currency) & ~rows["prices_hidden"].astype(bool)
        rows["value"] = rows["value"].where(has_value, 0).astype("int64")
        rows["has_value"] = has_value
    moments = pd.to_datetime(orders["created_at"], utc=True).dt.tz_convert(shop.time_zone)
    orders["day"] = moments.dt.date
    return Report(
        period=period,
        parts=tuple(_parts(period, orders)),
        by_status=_by_status(orders),
        products=tuple(_products(lines)),
        buyers=tuple(_buyers(orders)),
        no_value=int((~orders["has_value"]).sum()),
    )


def _parts(period: Period, orders: pd.DataFrame) -> Iterator[PartSums]:
    by_day = dict(list(orders.groupby("day")))
    nothing = orders.iloc[:0]
    for part in period.parts():
        days = pd.date_range(part.from_date, part.to_date).date
        found = [by_day[day] for day in days if day in by_day]
        yield PartSums(part, _by_status(pd.concat(found) if found else nothing))


def _by_status(orders: pd.DataFrame) -> dict[Status, Sums]:
    sums = orders.groupby("status")["value"].agg(["size", "sum"])
    found = {Status(str(status)): Sums(int(row["size"]), int(row["sum"])) for status, row in sums.iterrows()}
    return {status: found.get(status, Sums()) for status in Status}


def _products(lines: pd.DataFrame) -> Iterator[ProductSums]:
    sums = lines.groupby("sku").agg(
        name=("name", "last"), quantity=("quantity", "sum"), requests=("requests", "sum"), value=("value", "sum")
    )
    best = sums.sort_values(["value", "quantity"], ascending=False, kind="stable").head(BEST)
    for sku, row in best.iterrows():
        yield ProductSums(str(sku), row["name"], int(row["quantity"]), Sums(int(row["requests"]), int(row["value"])))


def _buyers(orders: pd.DataFrame) -> Iterator[BuyerSums]:
    known = orders[orders["buyer_id"].notna()].astype({"buyer_id": "int64"})
    sums = known.groupby("buyer_id")["value"].agg(["size", "sum"])
    best = sums.sort_values(["sum", "size"], ascending=False, kind="stable").head(BEST)
    for buyer_id, row in best.iterrows():
        yield BuyerSums(int(str(buyer_id)), "", Sums(int(row["size"]), int(row["sum"])))


async def _named(buyers: Sequence[BuyerSums]) -> tuple[BuyerSums, ...]:
    """The buyers with their names; whoever was erased is nobody's best buyer."""
    found = Buyer.filter(id__in=[buyer.id for buyer in buyers], erased_at__isnull=True)
    rows = await found.values("id", "company", "name", "email")
    names = {row["id"]: row["company"] or row["name"] or row["email"] for row in rows}
    return tuple(replace(buyer, name=names[buyer.id]) for buyer in buyers if buyer.id in names)


def _together(sums: Iterable[Sums]) -> Sums:
    counted = list(sums)
    return Sums(sum(one.requests for one in counted), sum(one.value for one in counted))


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - ONE_DAY
