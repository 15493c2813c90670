"""The buyers: who they are, whether they are verified, and what they have asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count, Lower, Max, Sum
from tortoise.queryset import QuerySet

from models import Buyer, Shop, Standing, query_values
from models.errors import NotFoundError
from models.postal import BUSINESS_COLUMNS
from models.text import _, fold
from services import shared_reads
from services.database import shielded

PAGE_SIZE = 50
MOST_SUGGESTED = 8
LATEST_FIRST = "last_order"
# What the desk sorts by, and the column it means.
SORTS = {
    "buyer": "folded_company",
    "email": "email",
    "orders": "orders_count",
    "last_order": "last_order_at",
    "value": "orders_value",
}
STANDINGS = {standing.value for standing in Standing}
VERIFIED_WORDS = {"yes": Q(verified_at__isnull=False), "no": Q(verified_at__isnull=True)}
ROW_FIELDS = (
    "id",
    "email",
    "name",
    "company",
    "phone",
    "zone",
    *BUSINESS_COLUMNS,
    "verified_at",
    "standing",
    "group_id",
    "created_at",
    "erased_at",
    "orders_count",
    "last_order_at",
    "orders_value",
)


@dataclass(frozen=True)
class BuyerFilter:
    """Which buyers, in which order, on which page; empty means any."""

    search: str = ""
    verified: str = ""
    standing: str = ""
    group: int | None = None
    sort: str = LATEST_FIRST
    descending: bool = True
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "BuyerFilter":
        """Read a query string's values; whatever cannot be meant is ignored."""
        sort, verified, standing = query.get("sort", ""), query.get("verified", ""), query.get("standing", "")
        return cls(
            search=query_values.text(query.get("search", "")),
            verified=verified if verified in VERIFIED_WORDS else "",
            standing=standing if standing in STANDINGS else "",
            group=query_values.number(query.get("group", "")),
            sort=sort if sort in SORTS else LATEST_FIRST,
            descending=query.get("order") != "up" if sort in SORTS else True,
            page=query_values.page(query.get("page", "")),
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        latest_first = self.sort == LATEST_FIRST and self.descending
        values = {
            "search": self.search,
            "verified": self.verified,
            "standing": self.standing,
            "group": str(self.group) if self.group else "",
            "sort": "" if latest_first else self.sort,
            "order": "" if self.descending else "up",
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in values.items() if value}

    def select(self) -> QuerySet[Buyer]:
        """The buyers that match, all pages."""
        words = [Q(search__contains=word) | Q(email__contains=word) for word in fold(self.search).split()]
        found = Buyer.filter(*words, VERIFIED_WORDS.get(self.verified, Q()))
        if self.standing:
            found = found.filter(standing=self.standing)
        return found.filter(group_id=self.group) if self.group else found


@dataclass(frozen=True)
class BuyerRow:
    """A buyer with what they asked for; `orders_value` is minor units of the shop's currency."""

    id: int
    email: str
    name: str
    company: str
    phone: str
    zone: str
    vat_number: str
    delivery_street: str
    delivery_postcode: str
    delivery_city: str
    delivery_country: str
    invoice_street: str
    invoice_postcode: str
    invoice_city: str
    invoice_country: str
    verified_at: datetime | None
    standing: Standing
    group_id: int | None
    created_at: datetime
    erased_at: datetime | None
    orders_count: int
    last_order_at: datetime | None
    orders_value: int | None


@dataclass(frozen=True)
class BuyerPage:
    """One page of the buyers that match, counted from 1."""

    rows: tuple[BuyerRow, ...]
    total: int
    page: int


async def page(buyer_filter: BuyerFilter, shop: Shop) -> BuyerPage:
    """The page of buyers a filter asks for, or the last one there is."""
    return await shared_reads.once(("buyers", buyer_filter, shop.currency), lambda: _page(buyer_filter, shop))


async def get(buyer_id: int, shop: Shop) -> BuyerRow:
    """One buyer. Raises NotFoundError."""
    rows = await _with_orders(Buyer.filter(id=buyer_id), shop).values(*ROW_FIELDS)
    if not rows:
        raise NotFoundError(_("This buyer is no longer there."))
    return BuyerRow(**rows[0])


async def suggest(text: str) -> list[tuple[str, str]]:
    """Buyers whose name, company, address or phone holds the words of `text`, as (id, words)."""
    found = BuyerFilter(search=query_values.text(text)).select().order_by("company", "name", "id").limit(MOST_SUGGESTED)
    return [(str(buyer.id), called(buyer)) for buyer in await found]


async def name_of(buyer_id: int) -> str:
    """How a buyer is called, or nothing if there is no such buyer."""
    buyer = await Buyer.get_or_none(id=buyer_id)
    return called(buyer) if buyer else ""


def called(buyer: Buyer | BuyerRow) -> str:
    """A buyer in words: "Ferretería Sol S.L. · Marta Gil"."""
    return " · ".join(filter(None, [buyer.company, buyer.name])) or buyer.email


@shielded
async def _page(buyer_filter: BuyerFilter, shop: Shop) -> BuyerPage:
    total = await buyer_filter.select().count()
    number = min(buyer_filter.page, max(1, -(-total // PAGE_SIZE)))
    sign = "-" if buyer_filter.descending else ""
    found = _with_orders(buyer_filter.select(), shop).order_by(f"{sign}{SORTS[buyer_filter.sort]}", f"{sign}id")
    rows = await found.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE).values(*ROW_FIELDS)
    return BuyerPage(tuple(BuyerRow(**row) for row in rows), total, number)


def _with_orders(found: QuerySet[Buyer], shop: Shop) -> QuerySet[Buyer]:
    return found.annotate(
        folded_company=Lower("company"),
        orders_count=Count("orders"),
        last_order_at=Max("orders__created_at"),
        orders_value=Sum("orders__total", _filter=Q(orders__currency=shop.currency)),
    )
