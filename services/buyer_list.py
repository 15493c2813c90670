"""The buyers: who they are, whether they are verified, and what they have asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import Buyer, Standing, query_values
from models.buyer import NEVER
from models.errors import NotFoundError
from models.postal import BUSINESS_COLUMNS
from models.text import _, fold
from services import shared_reads, text_search, walk
from services.database import on_one_state, shielded
from services.text_search import BUYERS
from services.walk import Page, Tell, Told, Way

PAGE_SIZE = 50
MOST_SUGGESTED = 8
LATEST_FIRST = "last_order"
# What the desk sorts by, and the column it means.
SORTS = {
    "buyer": "sort_name",
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
    at: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "BuyerFilter":
        """Read a query string's values; whatever cannot be meant is ignored."""
        sort, verified, standing = query.get("sort", ""), query.get("verified", ""), query.get("standing", "")
        page, at = query_values.place(query)
        return cls(
            search=query_values.text(query.get("search", "")),
            verified=verified if verified in VERIFIED_WORDS else "",
            standing=standing if standing in STANDINGS else "",
            group=query_values.number(query.get("group", "")),
            sort=sort if sort in SORTS else LATEST_FIRST,
            descending=query.get("order") != "up" if sort in SORTS else True,
            page=page,
            at=at,
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
            **query_values.place_told(self.page, self.at),
        }
        return {name: value for name, value in values.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.search or self.verified or self.standing or self.group)

    @property
    def conditions(self) -> list[Q]:
        """What must be so of a buyer, without the words that are searched for."""
        wanted = [VERIFIED_WORDS[self.verified]] if self.verified else []
        if self.standing:
            wanted.append(Q(standing=self.standing))
        return [*wanted, Q(group_id=self.group)] if self.group else wanted


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
    orders_value: int


BuyerPage = Page[BuyerRow]


async def page(buyer_filter: BuyerFilter) -> BuyerPage:
    """The page of buyers a filter asks for, or the last one there is."""
    read = _search if buyer_filter.narrows else _page
    return await shared_reads.once(("buyers", buyer_filter), lambda: read(buyer_filter))


async def get(buyer_id: int) -> BuyerRow:
    """One buyer. Raises NotFoundError."""
    rows = await _rows(Buyer.filter(id=buyer_id))
    if not rows:
        raise NotFoundError(_("This buyer is no longer there."))
    return rows[0]


async def suggest(text: str) -> list[tuple[str, str]]:
    """Buyers whose name, company, address or phone holds the words of `text`, as (id, words)."""
    asked = BuyerFilter(search=query_values.text(text), sort="buyer", descending=False)
    found = await way(asked).ids(MOST_SUGGESTED)
    buyers = {buyer.id: buyer for buyer in await Buyer.filter(id__in=found)}
    return [(str(buyer_id), called(buyers[buyer_id])) for buyer_id in found if buyer_id in buyers]


async def name_of(buyer_id: int) -> str:
    """How a buyer is called, or nothing if there is no such buyer."""
    buyer = await Buyer.get_or_none(id=buyer_id)
    return called(buyer) if buyer else ""


def called(buyer: Buyer | BuyerRow) -> str:
    """A buyer in words: "Ferretería Sol S.L. · Marta Gil"."""
    return " · ".join(filter(None, [buyer.company, buyer.name])) or buyer.email


async def _read(buyer_filter: BuyerFilter) -> BuyerPage:
    async def rows(buyer_ids: list[int]) -> list[BuyerRow]:
        return await _rows(Buyer.filter(id__in=buyer_ids))

    return await walk.page(way(buyer_filter), buyer_filter.page, buyer_filter.at, PAGE_SIZE, rows)


_page = shielded(_read)
_search = on_one_state(_read)  # no index knows words of two letters: nobody else waits until they are found


def way(buyer_filter: BuyerFilter) -> Way:
    """The way through the buyers that match."""
    column, words, conditions = SORTS[buyer_filter.sort], fold(buyer_filter.search).split(), buyer_filter.conditions
    each: list[Tell] = [partial(_holding, words)]
    each += [partial(walk.told_by, Buyer.filter(wanted)) for wanted in conditions]
    return Way(
        Buyer.all(),
        (column, "id"),
        buyer_filter.descending,
        wanted=(*map(BUYERS.holds, words), *conditions),
        candidates=lambda most: walk.fewest(most, each),
        few_first=bool(words),
    )


async def _holding(words: Sequence[str], most: int) -> Told | None:
    return walk.told_of(await text_search.candidates(BUYERS, words, most))


async def _rows(found: QuerySet[Buyer]) -> list[BuyerRow]:
    return [
        BuyerRow(**row | {"last_order_at": None if row["last_order_at"] == NEVER else row["last_order_at"]})
        for row in await found.values(*ROW_FIELDS)
    ]
